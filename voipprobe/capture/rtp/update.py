"""The procedure that takes packets into the state of their streams.

Knows inboxes and numberings: which packet continues one, which begins a new one.
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
from voipprobe.capture.rtp.arrival import arrive, begin_numbering
from voipprobe.capture.rtp.sketch import fetch_newest, settle
from voipprobe.capture.rtp.tables import (
    ECHO,
    ECHO_RING,
    ENTRY,
    HEAP,
    INBOX,
    INBOX_ROOM,
    IPDV,
    JITTER,
    PLOT,
    STREAM,
    TYPES_PER_STREAM,
)
from voipprobe.capture.rtp.timing import fold_drift
from voipprobe.capture.rtp.window import (
    close_window,
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
    begin_numbering(stream, extended - 1)
    arrive(
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
    begin_numbering(stream, extended)
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
    arrive(
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
