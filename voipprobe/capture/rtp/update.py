"""The kernel that takes packets into the state of their streams.

Knows the order of things for one packet: numbering, timing, window, echo, energy. Each of them
lives in a file of its own.
"""

from voipprobe.capture.jit import Array, Number, int64, kernel, part
from voipprobe.capture.rtp.echo import match, note_sent
from voipprobe.capture.rtp.energy import PCMA, PCMU, is_sampled, read_energy
from voipprobe.capture.rtp.tables import (
    NOISE,
    TYPES_PER_STREAM,
    VOICE,
)
from voipprobe.capture.rtp.timing import begin_timing, fold_drift, time_voice
from voipprobe.capture.rtp.window import (
    SPURT,
    UNTIMED,
    close_window,
    make_room,
    open_window,
    position,
)
from voipprobe.capture.rtp.window import VOICE as VOICE_POSITION
from voipprobe.quality import rfc3550

_sequence_step = part(rfc3550.sequence_step)
_BEHIND, _JUMP, _RESTART = rfc3550.BEHIND, rfc3550.JUMP, rfc3550.RESTART
_NO_BAD_SEQUENCE = rfc3550.NO_BAD_SEQUENCE


@part
def _slot_of(types: Array, stream: Array, payload_type: Number) -> Number:
    slot = int64(stream.last_type)
    if types[slot].payload_type == payload_type:
        return slot
    for slot in range(stream.types):
        if types[slot].payload_type == payload_type:
            stream.last_type = slot
            return int64(slot)
    return int64(TYPES_PER_STREAM)


@part
def _begin_numbering(stream: Array, window: Array, extended: Number) -> None:
    stream.highest = extended
    stream.lowest = extended
    open_window(stream, window, extended)
    begin_timing(stream)


@part
def _arrive(
    tables: Array,
    index: Number,
    slot: Number,
    extended: Number,
    time_ns: Number,
    timestamp: Number,
    marker: Number,
    buffer_ms: Number,
) -> None:
    """One packet whose extended sequence number is known."""
    streams, types, _, _, _, sketches, pages, pool, control = tables
    stream = streams[index]
    kind = int64(types[index, slot].kind) if slot < TYPES_PER_STREAM else int64(-1)
    clock_hz = int64(types[index, slot].clock_hz) if slot < TYPES_PER_STREAM else int64(0)
    voice = kind == VOICE and clock_hz > 0
    spurt = marker != 0 or stream.after_noise != 0
    mark, transit_ms = UNTIMED, 0.0
    if voice:
        pause = time_voice(
            stream,
            sketches[index],
            pages[index],
            pool,
            control,
            extended,
            time_ns,
            timestamp,
            clock_hz,
        )
        spurt = spurt or pause
        mark, transit_ms = SPURT if spurt else VOICE_POSITION, stream.transit_ms
    stream.after_noise = 1 if kind == NOISE else 0
    if stream.begun and not spurt and kind != NOISE:
        stream.delta_max_ns = max(stream.delta_max_ns, time_ns - stream.last_ns)
    _place(tables, index, extended, position(transit_ms, mark), time_ns, buffer_ms)


@part
def _place(
    tables: Array,
    index: Number,
    extended: Number,
    value: Number,
    time_ns: Number,
    buffer_ms: Number,
) -> None:
    """Count a packet as a first arrival or a duplicate, and follow its echo."""
    streams, _, windows, rings, bursts, sketches, pages, pool, control = tables
    stream = streams[index]
    at = make_room(stream, windows[index], bursts[index], extended, buffer_ms)
    if at < 0 or windows[index, at] != 0:
        stream.duplicates += 1
        return
    windows[index, at] = value
    stream.distinct += 1
    stream.reordered += int64(extended < stream.highest)
    if stream.echo_of:
        twin = stream.echo_of - 1
        stream.echo_matched += int64(
            match(
                streams[twin],
                rings[twin],
                sketches[index],
                pages[index],
                pool,
                control,
                extended,
                time_ns,
            )
        )
    else:
        note_sent(rings[index], stream.highest, extended, time_ns)
    stream.highest = max(stream.highest, extended)
    stream.lowest = min(stream.lowest, extended)


@part
def _restart(tables: Array, index: Number, extended: Number, buffer_ms: Number) -> None:
    """Close the old numbering and open a new one with the packet that jumped."""
    streams, _, windows, _, bursts, _, _, _, _ = tables
    stream = streams[index]
    close_window(stream, windows[index], bursts[index], buffer_ms)
    stream.expected_before += stream.highest - stream.lowest + 1
    stream.restarts += 1
    stream.strays -= 1
    tables[3][index, :] = 0
    _begin_numbering(stream, windows[index], extended - 1)
    last_ns = stream.last_ns
    _arrive(
        tables,
        index,
        int64(stream.bad_type),
        extended - 1,
        stream.bad_time_ns,
        stream.bad_timestamp,
        int64(1),  # whatever its marker says, nothing is known of the gap before it
        buffer_ms,
    )
    stream.last_ns = last_ns


@part
def _jump(stream: Array, packet: Array, slot: Number) -> None:
    stream.strays += 1
    stream.bad_time_ns = packet.time_ns
    stream.bad_timestamp = int64(packet.timestamp)
    stream.bad_type = slot


@part
def _take(tables: Array, index: Number, packet: Array, buffer_ms: Number) -> None:
    stream = tables[0][index]
    slot = _slot_of(tables[1][index], stream, int64(packet.payload_type))
    sequence = int64(packet.sequence)
    if not stream.begun:
        stream.first_ns = packet.time_ns
        stream.first_number = packet.number
        stream.bad_sequence = _NO_BAD_SEQUENCE
        _begin_numbering(stream, tables[2][index], sequence)
        extended = sequence
    else:
        kind, extended, stream.bad_sequence = _sequence_step(
            stream.highest, stream.bad_sequence, sequence
        )
        if kind == _JUMP:
            _jump(stream, packet, slot)
            return
        if kind == _RESTART:
            _restart(tables, index, extended, buffer_ms)
    _arrive(
        tables,
        index,
        slot,
        extended,
        packet.time_ns,
        int64(packet.timestamp),
        int64(packet.marker),
        buffer_ms,
    )


@kernel
def update(
    buffer: Array,
    packets: Array,
    count: Number,
    belongs: Array,
    tables: Array,
    buffer_ms: Number,
) -> None:
    """Take the first `count` packets, in order of capture, into the streams they belong to.

    `belongs` is the stream of each packet, negative for none; `tables` are (streams, types,
    windows, echoes, bursts, sketches, pages, pool, control); `buffer_ms` is the playout buffer
    to simulate.
    """
    streams = tables[0]
    for at in range(count):
        index = int64(belongs[at])
        if index < 0:
            continue
        packet = packets[at]
        stream = streams[index]
        _take(tables, index, packet, buffer_ms)
        stream.begun = 1
        stream.packets += 1
        stream.last_ns = packet.time_ns
        g711 = packet.payload_type in (PCMU, PCMA)
        if g711 and is_sampled(stream.packets):
            read_energy(stream, buffer, packet)


@kernel
def finish(tables: Array, count: Number, buffer_ms: Number) -> None:
    """Judge what is left in the windows of the first `count` streams: no packet follows."""
    streams, _, windows, _, bursts, _, _, _, _ = tables
    for index in range(count):
        if streams[index].begun:
            close_window(streams[index], windows[index], bursts[index], buffer_ms)
            fold_drift(streams[index])
