"""The kernel that puts each packet into the inbox of its stream.

Knows inboxes; who belongs where is said by `admission`.
"""

from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Array, Number, Row, fetch, int64, kernel, part
from voipprobe.capture.rtp.admission import (
    admit,
    candidate_place,
    consider,
    find,
    note_repeats,
    note_type,
)
from voipprobe.capture.rtp.energy import listen
from voipprobe.capture.rtp.tables import (
    ADDRESSES,
    DONE,
    ENTRY,
    HEAP,
    HOT_OCTETS,
    INBOX,
    INBOX_ROOM,
    PENDING,
    PLACE,
    PLOT,
    STREAM,
)
from voipprobe.capture.rtp.update import drain
from voipprobe.capture.wire.records import KNOWN_RTP, MARKER, PACKET, WINDOW

_AHEAD: Final = 3
"""Entries of an inbox to the next cache line."""


@part
def _put(inboxes: Array, waiting: Array, place: Row, packet: Row) -> None:
    at = place.inbox * INBOX_ROOM + waiting[place.inbox]
    entry = inboxes[at]
    fetch(inboxes, at + _AHEAD, 1)
    waiting[place.inbox] += 1
    entry.time_ns = packet.time_ns
    entry.number = packet.number
    entry.timestamp = packet.timestamp
    entry.sequence = packet.sequence
    entry.payload_type = packet.payload_type
    entry.marks = (packet.marks & MARKER) | place.marks
    place.packets += 1


@part
def _put_candidate(inboxes: Array, waiting: Array, place: Row, candidate: Row) -> None:
    _put(inboxes, waiting, place, candidate)
    candidate.key = 0
    candidate.number = 0


@part
def _hear(buffer: Array, streams: Array, place: Row, packet: Row) -> None:
    if not place.audible:
        listen(place, streams[place.stream], buffer, packet)


@kernel(
    WINDOW,
    PACKET,
    int,
    int,
    STREAM,
    ADDRESSES,
    PLACE,
    ENTRY,
    np.int32,
    PACKET,
    np.int32,
    HEAP,
    PLOT,
    np.int64,
    np.int32,
    float,
)
def assign(
    windows: Array,
    packets: Array,
    first: Number,
    count: Number,
    streams: Array,
    addresses: Array,
    places: Array,
    inboxes: Array,
    waiting: Array,
    candidates: Array,
    repeats: Array,
    heaps: Array,
    plots: Array,
    control: Array,
    pending: Array,
    buffer_ms: Number,
) -> None:
    """Put packets `first` to `count` into their inboxes.

    All arrays but the packets and `pending` are those of the tables. Inboxes that are full are
    taken in. `pending` is set to stream * TYPES_PER_STREAM + slot of every payload type seen
    first: somebody has to say what it is before an inbox is taken in, so that the work ends
    early where both meet. In `control`, DONE and PENDING are set, STREAMS and OVERFLOW added to.
    """
    buffer = windows[0].octets
    control[PENDING] = 0
    for at in range(first, count):
        packet = packets[at]
        place = places[find(places, packet.key)]
        if place.key == 0:
            slot = candidate_place(candidates, packet.key)
            is_known = packet.marks & KNOWN_RTP
            if not is_known and not consider(candidates[slot], packet, repeats, slot):
                continue
            if not admit(buffer, packet, place, streams, addresses, places, control):
                continue
            if not is_known:
                note_type(streams[place.stream], candidates[slot], place, pending, control)
                note_repeats(streams[place.stream], repeats[slot])
                _put_candidate(inboxes, waiting, place, candidates[slot])
        elif waiting[place.inbox] == INBOX - 1:
            fetch(streams, place.inbox, HOT_OCTETS)
        elif waiting[place.inbox] >= INBOX:
            if control[PENDING]:
                control[DONE] = at
                return
            drain(inboxes, waiting, int64(place.inbox), streams, heaps, plots, buffer_ms)
        if place.type != packet.payload_type + 1:
            note_type(streams[place.stream], packet, place, pending, control)
        _put(inboxes, waiting, place, packet)
        _hear(buffer, streams, place, packet)
    control[DONE] = count
