"""The kernel that says which stream each packet belongs to.

Knows keys, candidates and payload types; must not know timing. A stream is believed when a
second packet continues the first one (RFC 3550 A.1, relaxed to a small gap or swap, so that a
stream that loses every second packet is seen too). Until then it is a candidate in a table
that forgets: ten million bogus SSRCs need no more room than a few.
"""

from typing import Final

import numpy as np

from voipprobe.capture.jit import Array, Number, Row, int64, kernel, part
from voipprobe.capture.rtp.tables import (
    BATCH,
    CANDIDATES,
    HASH_PLACES,
    OVERFLOW,
    PENDING,
    REPLAYS,
    STREAMS,
    TYPES_PER_STREAM,
)
from voipprobe.capture.wire.network import dscp_of, is_ipv6
from voipprobe.capture.wire.octets import big16
from voipprobe.capture.wire.walk import flow_key

NO_STREAM: Final = -1
_CLOSE: Final = 16
"""How far the second packet's sequence number may be from the first one's."""

# Columns of candidate_notes.
_SEEN_IN_BATCH, _SEEN_AT, _REPEATS = 0, 1, 2

_KEY_MASK = np.uint64(HASH_PLACES - 1)
_CANDIDATE_MASK = np.uint64(CANDIDATES - 1)
_HIGH_BITS = np.uint64(40)
_LOW_BIT = np.uint64(1)  # set in every key
_WAYS: Final = 8
"""Candidates that share a place: hundreds of streams may begin in one moment, and two of them
that drove each other out by turns would never be believed."""


@part
def _find(keys: Array, places: Array, key: Number) -> Number:
    """The stream of a key, or NO_STREAM less the free place where it would go."""
    place = int64((key >> _LOW_BIT) & _KEY_MASK)
    while keys[place] != 0:
        if keys[place] == key:
            return int64(places[place])
        place = (place + 1) % HASH_PLACES
    return NO_STREAM - place


@part
def _link_echo(streams: Array, index: Number, twin: Number) -> None:
    """Mark the later of two streams with one SSRC between the same endpoints as the echo."""
    if twin >= 0 and streams[twin].echo_of == 0 and streams[twin].echoed_by == 0:
        streams[twin].echoed_by = index + 1
        streams[index].echo_of = twin + 1


@part
def _copy_endpoints(buffer: Array, packet: Row, stream: Row, address: Array) -> None:
    ipv6 = is_ipv6(buffer, packet.network_at)
    width, at = (16, packet.network_at + 8) if ipv6 else (4, packet.network_at + 12)
    for octet in range(width):
        address[octet] = buffer[at + octet]
        address[16 + octet] = buffer[at + width + octet]
    stream.ipv6 = 1 if ipv6 else 0
    stream.source_port = big16(buffer, packet.transport_at)
    stream.target_port = big16(buffer, packet.transport_at + 2)


@part
def _admit(buffer: Array, packet: Row, place: Number, tables: Array, control: Array) -> Number:
    """A new stream's index, or NO_STREAM if the table is full."""
    streams, addresses, keys, places = tables
    index = control[STREAMS]
    if index >= len(streams):
        control[OVERFLOW] += 1
        return NO_STREAM
    control[STREAMS] = index + 1
    keys[place] = packet.key
    places[place] = index
    stream = streams[index]
    stream.key = packet.key
    stream.ssrc = packet.ssrc
    stream.dscp = dscp_of(buffer, packet.network_at)
    _copy_endpoints(buffer, packet, stream, addresses[index])
    twin = _find(
        keys,
        places,
        flow_key(buffer, packet.network_at, packet.transport_at, int64(packet.ssrc), True),
    )
    _link_echo(streams, index, twin)
    return index


@part
def _copy(target: Row, packet: Row) -> None:
    target.key = packet.key
    target.time_ns = packet.time_ns
    target.number = packet.number
    target.timestamp = packet.timestamp
    target.sequence = packet.sequence
    target.payload_type = packet.payload_type
    target.marker = packet.marker
    target.payload_length = packet.payload_length
    target.payload_captured = 0  # its octets are gone with its batch


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
def _note_type(stream: Row, packet: Row, index: Number, pending: Array, control: Array) -> None:
    """Count the payload type; one that is new is listed for Python to say what it is."""
    slot = type_slot(stream, int64(packet.payload_type))
    if slot == TYPES_PER_STREAM:
        if stream.types == TYPES_PER_STREAM:
            return
        slot = int64(stream.types)
        stream.types = slot + 1
        stream.last_type = slot
        stream.type_number[slot] = packet.payload_type
        stream.type_octets[slot] = packet.payload_length
        stream.type_first[slot] = packet.number
        pending[control[PENDING]] = index * TYPES_PER_STREAM + slot
        control[PENDING] += 1
    stream.type_packets[slot] += 1


@part
def _candidate_place(candidates: Array, key: Number) -> Number:
    """Where the candidate of a key stands, or else the one that has waited longest."""
    first = int64((key >> _HIGH_BITS) & _CANDIDATE_MASK) // _WAYS * _WAYS
    oldest = first
    for place in range(first, first + _WAYS):
        if candidates[place].key == key:
            return place
        if candidates[place].number < candidates[oldest].number:
            oldest = place
    return oldest


@part
def _consider(candidate: Row, notes: Array, packet: Row, at: Number, batch: Number) -> Number:
    """Whether a packet confirms the candidate in its place; otherwise it becomes one."""
    if candidate.key == packet.key:
        ahead = (int64(packet.sequence) - int64(candidate.sequence) + 32768) % 65536 - 32768
        if ahead == 0:
            notes[_REPEATS] += 1
            return False
        if -_CLOSE <= ahead <= _CLOSE:
            return True
    _copy(candidate, packet)
    notes[_SEEN_IN_BATCH] = batch
    notes[_SEEN_AT] = at
    notes[_REPEATS] = 0
    return False


@kernel
def assign(
    windows: Array,
    packets: Array,
    count: Number,
    tables: Array,
    candidates: Array,
    candidate_notes: Array,
    control: Array,
    belongs: Array,
    replays: Array,
    replay_belongs: Array,
    pending: Array,
) -> None:
    """Set `belongs` to the stream of each packet, NO_STREAM while it is only a candidate.

    `tables` are (streams, addresses, keys, places). `replays` is set to the candidates of
    earlier batches whose streams were confirmed now, with `replay_belongs` beside them;
    `pending` to stream * TYPES_PER_STREAM + slot of every payload type seen first. In
    `control`, REPLAYS and PENDING are set, STREAMS and OVERFLOW added to.
    """
    buffer = windows[0].octets
    streams, _, keys, places = tables
    control[REPLAYS] = 0
    control[PENDING] = 0
    control[BATCH] += 1
    for at in range(count):
        packet = packets[at]
        index = _find(keys, places, packet.key)
        if index < 0:
            place = _candidate_place(candidates, packet.key)
            candidate, notes = candidates[place], candidate_notes[place]
            belongs[at] = NO_STREAM
            if not _consider(candidate, notes, packet, at, control[BATCH]):
                continue
            index = _admit(buffer, packet, NO_STREAM - index, tables, control)
            if index < 0:
                continue
            stream = streams[index]
            stream.packets = notes[_REPEATS]
            stream.duplicates = notes[_REPEATS]
            _note_type(stream, candidate, index, pending, control)
            stream.type_packets[0] += notes[_REPEATS]
            if notes[_SEEN_IN_BATCH] == control[BATCH]:
                belongs[notes[_SEEN_AT]] = index
            else:
                _copy(replays[control[REPLAYS]], candidate)
                replay_belongs[control[REPLAYS]] = index
                control[REPLAYS] += 1
            candidate.key = 0
            candidate.number = 0
        belongs[at] = index
        _note_type(streams[index], packet, index, pending, control)
