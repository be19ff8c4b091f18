"""Which stream a packet belongs to, and when a new one is believed.

Knows keys, candidates and payload types; must not know timing. A stream is believed when a
second packet continues the first one (RFC 3550 A.1, relaxed to a small gap or swap, so that a
stream that loses every second packet is seen too). Until then it is a candidate in a table
that forgets: ten million bogus SSRCs need no more room than a few.
"""

from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Array, Number, Row, int64, part
from voipprobe.capture.rtp.tables import (
    CANDIDATES,
    ECHO,
    HASH_PLACES,
    OVERFLOW,
    PENDING,
    STREAMS,
    TYPES_PER_STREAM,
)
from voipprobe.capture.rtp.update import type_slot
from voipprobe.capture.wire.flows import flow_key
from voipprobe.capture.wire.network import dscp_of, is_ipv6
from voipprobe.capture.wire.octets import big16

_CLOSE: Final = 16
"""How far the second packet's sequence number may be from the first one's."""

_KEY_MASK = np.uint64(HASH_PLACES - 1)
_CANDIDATE_MASK = np.uint64(CANDIDATES - 1)
_HIGH_BITS = np.uint64(40)
_LOW_BIT = np.uint64(1)  # set in every key
_WAYS: Final = 8
"""Candidates that share a place: hundreds of streams may begin in one moment, and two of them
that drove each other out by turns would never be believed."""


@part
def find(places: Array, key: Number) -> Number:
    """The place of a key, the free one where it would go if there is none."""
    at = (key >> _LOW_BIT) & _KEY_MASK
    while places[at].key != 0 and places[at].key != key:
        at = (at + _LOW_BIT) & _KEY_MASK
    return at


@part
def _link_echo(streams: Array, index: Number, place: Row) -> None:
    """Mark the later of two streams with one SSRC between the same endpoints as the echo."""
    twin = int64(place.stream)
    if place.key != 0 and streams[twin].echo_of == 0 and streams[twin].echoed_by == 0:
        streams[twin].echoed_by = index + 1
        streams[index].echo_of = twin + 1


@part
def _copy_endpoints(buffer: Array, packet: Row, stream: Row, address: Array) -> None:
    ipv6 = is_ipv6(buffer, packet.network_at)
    width, at = (16, packet.network_at + 8) if ipv6 else (4, packet.network_at + 12)
    for octet in range(width):
        address.octets[octet] = buffer[at + octet]
        address.octets[16 + octet] = buffer[at + width + octet]
    stream.ipv6 = 1 if ipv6 else 0
    stream.source_port = big16(buffer, packet.transport_at)
    stream.target_port = big16(buffer, packet.transport_at + 2)


@part
def admit(
    buffer: Array,
    packet: Row,
    place: Row,
    streams: Array,
    addresses: Array,
    places: Array,
    control: Array,
) -> Number:
    """Whether there was room for one more stream, which now has the place."""
    index = control[STREAMS]
    if index >= len(streams):
        control[OVERFLOW] += 1
        return False
    control[STREAMS] = index + 1
    place.key = packet.key
    place.stream = index
    stream = streams[index]
    stream.key = packet.key
    stream.ssrc = packet.ssrc
    stream.dscp = dscp_of(buffer, packet.network_at)
    _copy_endpoints(buffer, packet, stream, addresses[index])
    way_back = flow_key(buffer, packet.network_at, packet.transport_at, int64(packet.ssrc), True)
    _link_echo(streams, index, places[find(places, way_back)])
    echo_of = int64(stream.echo_of)
    place.marks = ECHO if echo_of else 0
    place.inbox = echo_of - 1 if echo_of else index
    return True


@part
def _copy(target: Row, packet: Row) -> None:
    target.key = packet.key
    target.time_ns = packet.time_ns
    target.number = packet.number
    target.timestamp = packet.timestamp
    target.sequence = packet.sequence
    target.payload_type = packet.payload_type
    target.marks = packet.marks
    target.payload_length = packet.payload_length
    target.payload_captured = 0  # its octets are gone with its batch


@part
def note_type(stream: Row, packet: Row, place: Row, pending: Array, control: Array) -> None:
    """Note a payload type; one that is new is listed for Python to say what it is."""
    place.type = packet.payload_type + 1
    slot = int64(stream.types)
    if slot == TYPES_PER_STREAM or type_slot(stream, int64(packet.payload_type)) < slot:
        return
    stream.types = slot + 1
    stream.last_type = slot
    stream.type_number[slot] = packet.payload_type
    stream.type_octets[slot] = packet.payload_length
    stream.type_first[slot] = packet.number
    pending[control[PENDING]] = place.stream * TYPES_PER_STREAM + slot
    control[PENDING] += 1


@part
def candidate_place(candidates: Array, key: Number) -> Number:
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
def consider(candidate: Row, packet: Row, repeats: Array, at: Number) -> Number:
    """Whether a packet confirms the candidate in its place; otherwise it becomes one."""
    if candidate.key == packet.key:
        ahead = (int64(packet.sequence) - int64(candidate.sequence) + 32768) % 65536 - 32768
        if ahead == 0:
            repeats[at] += 1
            return False
        if -_CLOSE <= ahead <= _CLOSE:
            return True
    _copy(candidate, packet)
    repeats[at] = 0
    return False


@part
def note_repeats(stream: Row, repeats: Number) -> None:
    """Count the copies of a stream's first packet that came before its second one."""
    stream.packets = repeats
    stream.duplicates = repeats
    stream.type_packets[0] += repeats
