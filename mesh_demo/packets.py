"""A cheap look into an IPv4 packet: where it goes, what it carries, which flow it belongs to.

Knows octets only. A packet that is cut short or is not IPv4 has no destination.
"""

from typing import Final

RTP: Final = 0
RTCP: Final = 1
SIP: Final = 2
OTHER: Final = 3
KINDS: Final = ("rtp", "rtcp", "sip", "other")
"""What is told apart, by number."""

_TCP: Final = 6
_UDP: Final = 17
_SHORTEST: Final = 20
_RTP_OCTETS: Final = 12
_SIP_OCTETS: Final = 12


def destination(packet: bytes) -> bytes | None:
    """The four octets of the address that an IPv4 packet goes to."""
    if len(packet) < _SHORTEST or packet[0] >> 4 != 4:
        return None
    return packet[16:20]


def kind(packet: bytes) -> int:
    """RTP, RTCP, SIP (over UDP) or OTHER, of an IPv4 packet.

    By the first octets of the payload as RFC 7983 tells them apart: RTP and RTCP begin with
    their version, 2; RTCP's packet types are 192 to 223 (RFC 5761); SIP begins with a capital.
    Ports say nothing: media ports are agreed on call by call. A later fragment is OTHER.
    """
    if packet[9] != _UDP or _is_later_fragment(packet):
        return OTHER
    start = (packet[0] & 0x0F) * 4 + 8
    octets = len(packet) - start
    if octets >= _RTP_OCTETS and packet[start] >> 6 == 2:
        return RTCP if 192 <= packet[start + 1] <= 223 else RTP
    if octets >= _SIP_OCTETS and 0x41 <= packet[start] <= 0x5A:
        return SIP
    return OTHER


def flow(packet: bytes) -> bytes:
    """What the packets of one flow have in common: protocol, addresses and ports.

    Fragments show no ports after the first one: those of two hosts are one flow together.
    """
    protocol = packet[9]
    if protocol not in (_UDP, _TCP) or (packet[6] & 0x3F) or packet[7]:
        return packet[9:10] + packet[12:20]
    if packet[0] == 0x45:  # no options, as nearly always
        return packet[9:10] + packet[12:24]
    start = (packet[0] & 0x0F) * 4
    return packet[9:10] + packet[12:20] + packet[start : start + 4]


def _is_later_fragment(packet: bytes) -> bool:
    return bool(packet[6] & 0x1F or packet[7])
