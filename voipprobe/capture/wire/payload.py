"""What a UDP payload is: RTP, RTCP, SIP, STUN, a keep-alive, or nothing that we know.

Knows the first octets of each protocol (RFC 7983 gives the ranges) and no port numbers.
"""

from typing import Final

from voipprobe.capture.kernels.declare import Array, Number, int64, part
from voipprobe.capture.wire.octets import big16, big32, octet
from voipprobe.capture.wire.records import KEEP_ALIVE, RTCP, RTP, SIP, STUN, UNDECODED

_STUN_COOKIE: Final = 0x2112A442
_SIP_HIGH, _SIP_LOW = 0x5349502F, 0x322E3000  # "SIP/", "2.0"
DATAGRAM_SEARCH_OCTETS: Final = 4096
SEGMENT_SEARCH_OCTETS: Final = 512
"""Enough for a start line; bulk TCP must not cost a search of every octet."""
_S: Final = 0x53


@part
def holds_sip(buffer: Array, at: Number, end: Number) -> Number:
    """Whether "SIP/2.0" stands between two offsets, after whatever junk."""
    for here in range(at, end - 7):
        if (
            buffer[here] == _S
            and big32(buffer, here) == _SIP_HIGH
            and (big32(buffer, here + 4) & 0xFFFFFF00) == _SIP_LOW
        ):
            return True
    return False


@part
def _is_keep_alive(buffer: Array, at: Number, end: Number) -> Number:
    if end - at > 8:
        return False
    for here in range(at, end):  # noqa: SIM110 - Numba has no all() of a generator
        if buffer[here] not in (0, 0x0A, 0x0D):
            return False
    return True


@part
def payload_kind(buffer: Array, at: Number, end: Number) -> Number:
    """RTP, RTCP, SIP, STUN, KEEP_ALIVE or UNDECODED.

    RTP and RTCP on one port are told apart by the second octet (RFC 5761 4).
    """
    length = end - at
    if length >= 8 and octet(buffer, at) >> 6 == 2:
        if 192 <= octet(buffer, at + 1) <= 223:
            return RTCP
        if length >= 12 and rtp_header_length(buffer, at, end) > 0:
            return RTP
    elif length >= 20 and buffer[at] < 4 and big32(buffer, at + 4) == _STUN_COOKIE:
        return STUN
    if holds_sip(buffer, at, min(end, at + DATAGRAM_SEARCH_OCTETS)):
        return SIP
    return KEEP_ALIVE if _is_keep_alive(buffer, at, end) else UNDECODED


@part
def is_marked_rtp(buffer: Array, at: Number, end: Number) -> Number:
    """Whether what looks like RTCP can only be RTP of a payload type from 64 on (RFC 5761 4).

    It is no report by its type, or not as long as one would say.

    Source: RFC 3550 6.4.1 (SR 200 to APP 204), RFC 4585 6.1 (205, 206), RFC 3611 2 (207).
    """
    octets = (big16(buffer, at + 2) + 1) * 4
    if 200 <= octet(buffer, at + 1) <= 207 and at + octets <= end:
        return False
    return end - at >= 12 and rtp_header_length(buffer, at, end) > 0


@part
def rtp_header_length(buffer: Array, at: Number, end: Number) -> Number:
    """Octets before the RTP payload, CSRC list and extension included; 0 if cut short.

    Source: RFC 3550 5.1, 5.3.1.
    """
    first = octet(buffer, at)
    header = 12 + 4 * (first & 0x0F)
    if first & 0x10:
        if at + header + 4 > end:
            return int64(0)
        header += 4 + 4 * big16(buffer, at + header + 2)
    return header if at + header <= end else int64(0)
