"""Tunnels: where the inner packet of IP-in-IP, GRE and VXLAN begins.

Knows the headers between an outer and an inner packet and nothing of either. AWS Traffic
Mirroring sends VXLAN.
"""

from typing import Final

from voipprobe.capture.jit import Array, Number, part
from voipprobe.capture.wire.link import ETHERNET, NOT_IP, NOT_READABLE, network_offset, untagged
from voipprobe.capture.wire.octets import big16, octet

MAX_TUNNELS: Final = 4
NO_TUNNEL: Final = -3
_IPV4_IN_IP: Final = 4
_IPV6_IN_IP: Final = 41
_GRE: Final = 47
VXLAN_PORTS: Final = (4789, 8472)  # IANA's, and the one that Linux took before there was one
_VXLAN_OCTETS: Final = 16  # UDP and VXLAN header
_BRIDGED: Final = 0x6558
_ERSPAN: Final = 0x88BE
_HAS_CHECKSUM, _HAS_ROUTING, _HAS_KEY, _HAS_SEQUENCE = 0x8000, 0x4000, 0x2000, 0x1000


@part
def is_tunnel(protocol: Number) -> Number:
    """Whether an IP protocol carries packets of its own."""
    return protocol in (_IPV4_IN_IP, _IPV6_IN_IP, _GRE)


@part
def _gre(buffer: Array, at: Number, end: Number) -> Number:
    if at + 4 > end:
        return NOT_READABLE
    flags = big16(buffer, at)
    if flags & 0x0007:  # version 1 is PPTP's
        return NOT_IP
    inner = at + 4
    inner += 4 if flags & (_HAS_CHECKSUM | _HAS_ROUTING) else 0
    inner += 4 if flags & _HAS_KEY else 0
    inner += 4 if flags & _HAS_SEQUENCE else 0
    kind = big16(buffer, at + 2)
    if kind == _BRIDGED:
        return network_offset(buffer, inner, end, ETHERNET)
    if kind == _ERSPAN:  # type II has a header and a sequence number, type I neither
        inner += 8 if flags & _HAS_SEQUENCE else 0
        return network_offset(buffer, inner, end, ETHERNET)
    return untagged(buffer, at + 2, inner, end)


@part
def inside_ip(buffer: Array, protocol: Number, at: Number, end: Number) -> Number:
    """Where the inner IP header begins, NOT_IP or NOT_READABLE.

    `at` is behind the outer IP header, `protocol` one for which `is_tunnel` holds.

    Source: RFC 2003, RFC 2473, RFC 2784, RFC 2890, draft-foschiano-erspan.
    """
    return _gre(buffer, at, end) if protocol == _GRE else at


@part
def inside_udp(buffer: Array, at: Number, end: Number) -> Number:
    """Where the IP header inside a VXLAN datagram begins; NO_TUNNEL if it is none.

    `at` is the UDP header. What has the port and not the header of VXLAN is none.

    Source: RFC 7348 5.
    """
    if at + _VXLAN_OCTETS > end or big16(buffer, at + 2) not in VXLAN_PORTS:
        return NO_TUNNEL
    if octet(buffer, at + 8) != 0x08 or octet(buffer, at + 15) != 0:
        return NO_TUNNEL
    return network_offset(buffer, at + _VXLAN_OCTETS, end, ETHERNET)
