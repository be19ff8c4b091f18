"""The procedure that takes packets into the state of their streams.

Knows the order of things for one packet: numbering, timing, window, echo. Each of them
lives in a file of its own.
"""

import numpy as np

from voipprobe.capture.kernels.declare import (
    Array,
    Number,
    Row,
    fetch,
    int64,
    kernel,
    part,
    procedure,
    uint64,
)
from voipprobe.capture.rtp.adaptive import comes_late
from voipprobe.capture.rtp.echo import match, note_sent
from voipprobe.capture.rtp.series import note_arrival, note_first_arrival
from voipprobe.capture.rtp.sketch import fetch_newest, settle
from voipprobe.capture.rtp.tables import (
    ECHO,
    ECHO_RING,
    ENTRY,
    EVENT,
    HEAP,
    INBOX,
    INBOX_ROOM,
    IPDV,
    JITTER,
    NOISE,
    PLOT,
    STREAM,
    TYPES_PER_STREAM,
    VOICE,
)
from voipprobe.capture.rtp.timing import begin_timing, fold_drift, time_voice
from voipprobe.capture.rtp.window import (
    LATE_MS,
    PLAYED,
    SPURT,
    UNTIMED,
    close_window,
    make_room,
    open_window,
    position,
    take_back_spurt,
)
from voipprobe.capture.wire.records import MARKER
from voipprobe.quality import rfc3550

_sequence_step = part(rfc3550.sequence_step)
_JUMP, _RESTART = rfc3550.JUMP, rfc3550.RESTART
_NO_BAD_SEQUENCE = rfc3550.NO_BAD_SEQUENCE


@part
def type_slot(stream: Row, payload_type: Number) -> Number:
    """Which of the stream's payload types one is, TYPES_PER_STREAM if it is none of them."""
    slot = int64(stream.last_type)
    if slot < stream.types and stream.type_number[slot] == payload_type:
        return slot
    for slot in range(stream.types):
        if stream.type_number[slot] == payload_type:
            stream.last_type = slot
            return int64(slot)
    return int64(TYPES_PER_STREAM)


@part
def _begin_numbering(stream: Row, extended: Number) -> None:
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
def _arrive(
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


@part
def _restart(
    stream: Row, original: Row, heap: Row, plot: Row, extended: Number, buffer_ms: Number
) -> None:
    """Close the old numbering and open a new one with the packet that jumped."""
    close_window(stream, plot, buffer_ms)
    stream.expected_before += stream.highest - stream.lowest + 1
    stream.restarts += 1
    if stream.restarts == 1:
        stream.restart_number = stream.bad_number
    stream.strays -= 1
    stream.sent[:] = 0
    _begin_numbering(stream, extended - 1)
    _arrive(
        stream,
        original,
        heap,
        plot,
        int64(stream.bad_type),
        extended - 1,
        stream.bad_time_ns,
        stream.bad_timestamp,
        int64(1),  # whatever its marker says, nothing is known of the gap before it
        buffer_ms,
    )


@part
def _jump(stream: Row, packet: Row, slot: Number) -> None:
    stream.strays += 1
    stream.bad_time_ns = packet.time_ns
    stream.bad_timestamp = int64(packet.timestamp)
    stream.bad_type = slot
    stream.bad_number = packet.number


@part
def _begin(stream: Row, packet: Row) -> Number:
    stream.first_ns = packet.time_ns
    stream.first_number = packet.number
    stream.bad_sequence = _NO_BAD_SEQUENCE
    extended = int64(packet.sequence)
    _begin_numbering(stream, extended)
    return extended


@part
def _take(stream: Row, original: Row, heap: Row, plot: Row, packet: Row, buffer_ms: Number) -> None:
    slot = type_slot(stream, int64(packet.payload_type))
    if slot < TYPES_PER_STREAM:
        stream.type_packets[slot] += 1
    if not stream.begun:
        extended = _begin(stream, packet)
    else:
        kind, extended, stream.bad_sequence = _sequence_step(
            stream.highest, stream.bad_sequence, int64(packet.sequence)
        )
        if kind == _JUMP:
            _jump(stream, packet, slot)
            return
        if kind == _RESTART:
            _restart(stream, original, heap, plot, extended, buffer_ms)
    _arrive(
        stream,
        original,
        heap,
        plot,
        slot,
        extended,
        packet.time_ns,
        int64(packet.timestamp),
        int64(packet.marks & MARKER),
        buffer_ms,
    )


@part
def _fetch_rings(stream: Row, heap: Row) -> None:
    """Ask for the places that the packets of an inbox will go to."""
    fetch(stream.window, uint64(stream.highest - stream.window_base), 4 * INBOX)
    fetch(stream.sent, uint64(stream.highest & (ECHO_RING - 1)), 4 * INBOX)
    fetch_newest(stream, heap, JITTER)
    fetch_newest(stream, heap, IPDV)


@procedure
def drain(
    inboxes: Array,
    waiting: Array,
    lead: Number,
    streams: Array,
    heaps: Array,
    plots: Array,
    buffer_ms: Number,
) -> None:
    """Take in all packets of an inbox, those of a stream and of its echo, in order of capture.

    Everything but `lead`, whose inbox it is, is an array of the tables; `buffer_ms` is the
    playout buffer to simulate, negative if adaptive.
    """
    heap = heaps[0]
    original = streams[lead]
    _fetch_rings(original, heap)
    for at in range(waiting[lead]):
        packet = inboxes[lead * INBOX_ROOM + at]
        index = original.echoed_by - 1 if packet.marks & ECHO else lead
        stream = streams[index]
        plot = plots[min(index, len(plots) - 1)]
        stream.number = packet.number
        _take(stream, original, heap, plot, packet, buffer_ms)
        stream.begun = 1
        stream.packets += 1
        stream.last_ns = packet.time_ns
    waiting[lead] = 0


@kernel(ENTRY, np.int32, STREAM, HEAP, PLOT, int, float)
def finish(
    inboxes: Array,
    waiting: Array,
    streams: Array,
    heaps: Array,
    plots: Array,
    count: Number,
    buffer_ms: Number,
) -> None:
    """Take in what waits and judge what is left in the windows: no packet follows."""
    for index in range(count):
        drain(inboxes, waiting, index, streams, heaps, plots, buffer_ms)
    for index in range(count):
        if streams[index].begun:
            close_window(streams[index], plots[min(index, len(plots) - 1)], buffer_ms)
            fold_drift(streams[index])
            settle(streams[index], heaps[0])
