"""The kernel that turns frames into RTP packets, messages for Python, and counts.

Knows the way through the layers; must not know streams or calls.
"""

from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Array, Number, kernel, part
from voipprobe.capture.wire.flows import flow_key
from voipprobe.capture.wire.innermost import innermost
from voipprobe.capture.wire.link import NOT_IP
from voipprobe.capture.wire.network import (
    IP_DAMAGED,
    IP_FRAGMENT,
    TCP_PROTOCOL,
    UDP_PROTOCOL,
)
from voipprobe.capture.wire.octets import big16, big32, octet
from voipprobe.capture.wire.payload import (
    SEGMENT_SEARCH_OCTETS,
    holds_sip,
    is_marked_rtp,
    payload_kind,
    rtp_header_length,
)
from voipprobe.capture.wire.records import (
    FRAGMENT,
    FRAME,
    KNOWN_RTP,
    MESSAGE,
    OTHER,
    PACKET,
    RTCP,
    RTP,
    SIP,
    TCP,
    TCP_SIP,
    UNDECODED,
    WINDOW,
)

PACKETS_FOUND: Final = 0
MESSAGES_FOUND: Final = 1
EARLIEST_NS: Final = 2
LATEST_NS: Final = 3
FOUND: Final = 4


@part
def _record_rtp(
    buffer: Array,
    packet: Array,
    network_at: Number,
    transport_at: Number,
    wire_end: Number,
    end: Number,
    is_known: Number,
) -> None:
    at = transport_at + 8
    payload_at = at + rtp_header_length(buffer, at, end)
    packet.timestamp = big32(buffer, at + 4)
    packet.ssrc = big32(buffer, at + 8)
    packet.key = flow_key(buffer, network_at, transport_at, big32(buffer, at + 8), False)
    packet.network_at = network_at
    packet.transport_at = transport_at
    packet.payload_at = payload_at
    packet.payload_captured = end - payload_at
    packet.payload_length = max(wire_end - payload_at, 0)
    packet.sequence = big16(buffer, at + 2)
    packet.payload_type = octet(buffer, at + 1) & 0x7F
    packet.marks = octet(buffer, at + 1) >> 7 | (KNOWN_RTP if is_known else 0)


@part
def _record_message(
    message: Array, kind: Number, network_at: Number, transport_at: Number, end: Number
) -> None:
    message.kind = kind
    message.network_at = network_at
    message.transport_at = transport_at
    message.payload_at = transport_at + 8
    message.payload_captured = end - transport_at - 8


@part
def _tcp_kind(buffer: Array, at: Number, end: Number) -> Number:
    if at + 20 > end:
        return UNDECODED
    payload_at = at + (octet(buffer, at + 12) >> 4) * 4
    search_end = min(end, payload_at + SEGMENT_SEARCH_OCTETS)
    return TCP_SIP if holds_sip(buffer, payload_at, search_end) else TCP


@part
def _udp_end(buffer: Array, at: Number, end: Number) -> Number:
    """(end on the wire, end of what was captured) of a UDP datagram."""
    length = big16(buffer, at + 4)
    wire_end = at + length if length >= 8 else end
    return wire_end, min(end, wire_end)


@part
def _is_named(buffer: Array, at: Number, ports: Array) -> Number:
    """Whether the user says that one of the ports carries RTP."""
    return ports[big16(buffer, at)] != 0 or ports[big16(buffer, at + 2)] != 0


@part
def _udp(
    buffer: Array,
    packet: Array,
    message: Array,
    network_at: Number,
    at: Number,
    end: Number,
    ports: Array,
) -> Number:
    if at + 8 > end:
        return UNDECODED
    wire_end, end = _udp_end(buffer, at, end)
    kind = payload_kind(buffer, at + 8, end)
    is_known = len(ports) > 0 and _is_named(buffer, at, ports)
    if is_known and kind == RTCP and is_marked_rtp(buffer, at + 8, end):
        kind = RTP
    if kind == RTP:
        _record_rtp(buffer, packet, network_at, at, wire_end, end, is_known)
    elif kind in (SIP, RTCP):
        _record_message(message, kind, network_at, at, end)
    return kind


@part
def _fragment(message: Array, network_at: Number, end: Number) -> Number:
    """A message that begins with its IP header."""
    message.kind = FRAGMENT
    message.network_at = network_at
    message.transport_at = network_at
    message.payload_at = network_at
    message.payload_captured = end - network_at
    return FRAGMENT


@part
def _decode(buffer: Array, frame: Array, packet: Array, message: Array, ports: Array) -> Number:
    """What a frame is; fills `packet` for RTP and `message` for what Python looks at."""
    frame_end = frame.at + frame.captured
    network_at, protocol, at, end = innermost(buffer, frame.at, frame_end, frame.link)
    if network_at < 0:
        return OTHER if network_at == NOT_IP else UNDECODED
    if protocol == UDP_PROTOCOL:
        return _udp(buffer, packet, message, network_at, at, end, ports)
    if protocol == TCP_PROTOCOL:
        return _tcp_kind(buffer, at, end)
    if protocol == IP_FRAGMENT:
        return _fragment(message, network_at, end)
    return UNDECODED if protocol == IP_DAMAGED else OTHER


@kernel(WINDOW, FRAME, int, int, np.uint8, PACKET, MESSAGE, np.int64, np.int64)
def walk(
    windows: Array,
    frames: Array,
    count: Number,
    first_number: Number,
    ports: Array,
    packets: Array,
    messages: Array,
    counts: Array,
    found: Array,
) -> None:
    """Fill `packets` and `messages` from the first `count` frames, in their order.

    `first_number` is the packet number of the first frame; `ports` has one place for each port,
    not 0 where it carries RTP by the user's word, or none at all; `packets` and `messages` (PACKET
    and MESSAGE records) must be one longer than `count`; `counts` (frames by kind) is added to;
    `found` is set to PACKETS_FOUND, MESSAGES_FOUND, and the times of the batch.
    """
    buffer = windows[0].octets
    n_packets = 0
    n_messages = 0
    earliest_ns = frames[0].time_ns
    latest_ns = earliest_ns
    for index in range(count):
        frame = frames[index]
        packet = packets[n_packets]
        message = messages[n_messages]
        earliest_ns = min(earliest_ns, frame.time_ns)
        latest_ns = max(latest_ns, frame.time_ns)
        kind = _decode(buffer, frame, packet, message, ports)
        counts[kind] += 1
        if kind == RTP:
            packet.time_ns = frame.time_ns
            packet.number = first_number + index
            n_packets += 1
        elif kind in (SIP, RTCP, FRAGMENT):
            message.time_ns = frame.time_ns
            message.number = first_number + index
            n_messages += 1
    found[PACKETS_FOUND] = n_packets
    found[MESSAGES_FOUND] = n_messages
    found[EARLIEST_NS] = earliest_ns
    found[LATEST_NS] = latest_ns
