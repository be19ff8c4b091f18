"""What one packet changes in its stream once its extended sequence number is known.

Knows the order of things: timing, playout mark, window, echo. Each of them lives in a file of its
own.
"""

from voipprobe.capture.kernels.declare import Number, Row, int64, part
from voipprobe.capture.rtp.adaptive import comes_late
from voipprobe.capture.rtp.echo import match, note_sent
from voipprobe.capture.rtp.series import note_arrival, note_first_arrival
from voipprobe.capture.rtp.tables import EVENT, NOISE, TYPES_PER_STREAM, VOICE
from voipprobe.capture.rtp.timing import begin_timing, time_voice
from voipprobe.capture.rtp.window import (
    LATE_MS,
    PLAYED,
    SPURT,
    UNTIMED,
    make_room,
    open_window,
    position,
    take_back_spurt,
)


@part
def begin_numbering(stream: Row, extended: Number) -> None:
    """Begin a numbering at a packet."""
    stream.highest = extended
    stream.lowest = extended
    stream.last_spurt = extended
    open_window(stream, extended)
    begin_timing(stream)


@part
def _follow_echo(stream: Row, original: Row, heap: Row, extended: Number, time_ns: Number) -> None:
    if stream.echo_of:
        stream.echo_matched += int64(match(stream, original, heap, extended, time_ns))
    else:
        note_sent(stream, extended, time_ns)


@part
def _place(
    stream: Row,
    original: Row,
    heap: Row,
    plot: Row,
    extended: Number,
    value: Number,
    time_ns: Number,
    buffer_ms: Number,
) -> None:
    """Count a packet as a first arrival or a duplicate, and follow its echo."""
    at = make_room(stream, plot, extended, buffer_ms)
    if at < 0 or stream.window[at] != 0:
        stream.duplicates += 1
        return
    stream.window[at] = value
    if extended < stream.highest:
        take_back_spurt(stream, at)
    note_first_arrival(stream, plot, extended, at)
    stream.distinct += 1
    stream.reordered += int64(extended < stream.highest)
    _follow_echo(stream, original, heap, extended, time_ns)
    stream.highest = max(stream.highest, extended)
    stream.lowest = min(stream.lowest, extended)


@part
def _note_gap(stream: Row, delta_ns: Number) -> None:
    if delta_ns > stream.delta_max_ns:
        stream.delta_max_ns = delta_ns
        stream.delta_number = stream.number


@part
def arrive(
    stream: Row,
    original: Row,
    heap: Row,
    plot: Row,
    slot: Number,
    extended: Number,
    time_ns: Number,
    timestamp: Number,
    marker: Number,
    buffer_ms: Number,
) -> None:
    """One packet whose extended sequence number is known."""
    known = slot < TYPES_PER_STREAM
    kind = int64(stream.type_kind[slot]) if known else int64(EVENT)
    clock_hz = int64(stream.type_clock_hz[slot]) if known else int64(0)
    in_order = extended >= stream.highest  # the last words before comfort noise may come behind it
    spurt = marker != 0 or (stream.after_noise != 0 and in_order)
    mark, transit_ms = UNTIMED, 0.0
    if kind == VOICE and clock_hz > 0:
        pause = time_voice(stream, heap, extended, time_ns, timestamp, clock_hz)
        spurt = spurt or pause
        mark, transit_ms = SPURT if spurt else PLAYED, stream.transit_ms
        if spurt:
            stream.last_spurt = max(stream.last_spurt, extended)
        if buffer_ms < 0:
            transit_ms = LATE_MS if comes_late(stream, transit_ms, clock_hz) else 0.0
    if in_order:
        stream.after_noise = 1 if kind == NOISE else 0
    if stream.begun and not spurt and kind != NOISE:
        _note_gap(stream, time_ns - stream.last_ns)
    note_arrival(stream, plot, time_ns, mark != UNTIMED)
    value = position(transit_ms, mark)
    _place(stream, original, heap, plot, extended, value, time_ns, buffer_ms)
