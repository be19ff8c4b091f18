"""IPv4 and IPv6: which transport protocol a packet carries, and where it begins and ends.

Knows options and extension headers. Fragments are recognised here and put together elsewhere.
"""

from typing import Final

from voipprobe.capture.kernels.declare import Array, Number, int64, part
from voipprobe.capture.wire.octets import big16, octet

IP_FRAGMENT: Final = -1
IP_DAMAGED: Final = -2
TCP_PROTOCOL: Final = 6
UDP_PROTOCOL: Final = 17

_MAX_EXTENSIONS: Final = 8
_FRAGMENT_HEADER: Final = 44
_AUTHENTICATION: Final = 51


@part
def _is_extension(protocol: Number) -> Number:
    """Hop-by-hop, routing, authentication, destination options or mobility header."""
    return protocol in (0, 43, _AUTHENTICATION, 60, 135)


@part
def _ipv4(buffer: Array, at: Number, end: Number) -> Number:
    header = (octet(buffer, at) & 0x0F) * 4
    if header < 20 or at + header > end:
        return IP_DAMAGED, at, end
    total = big16(buffer, at + 2)
    if total >= header:  # 0 where the card cuts up what the host has not (TSO)
        end = min(end, at + total)
    if big16(buffer, at + 6) & 0x3FFF:
        return IP_FRAGMENT, at, end
    return octet(buffer, at + 9), at + header, end


@part
def _ipv6(buffer: Array, at: Number, end: Number) -> Number:
    if at + 40 > end:
        return IP_DAMAGED, at, end
    length = big16(buffer, at + 4)
    if length > 0:
        end = min(end, at + 40 + length)
    protocol = octet(buffer, at + 6)
    at += 40
    for _ in range(_MAX_EXTENSIONS):
        if protocol != _FRAGMENT_HEADER and not _is_extension(protocol):
            break
        if at + 8 > end:
            return IP_DAMAGED, at, end
        if protocol == _FRAGMENT_HEADER:
            if big16(buffer, at + 2) & 0xFFF9:
                return IP_FRAGMENT, at, end
            size = int64(8)
        elif protocol == _AUTHENTICATION:
            size = (octet(buffer, at + 1) + 2) * 4
        else:
            size = (octet(buffer, at + 1) + 1) * 8
        protocol = octet(buffer, at)
        at += size
    return protocol, at, end


@part
def transport(buffer: Array, at: Number, end: Number) -> Number:
    """(protocol, at, end) of what an IP packet carries.

    `protocol` is the IP protocol number, IP_FRAGMENT or IP_DAMAGED; `end` is the end of the
    packet or of what was captured of it, without Ethernet padding.

    Source: RFC 791 3.1, RFC 8200 3 and 4.
    """
    if at + 20 > end:
        return IP_DAMAGED, at, end
    version = octet(buffer, at) >> 4
    if version == 4:
        return _ipv4(buffer, at, end)
    if version == 6:
        return _ipv6(buffer, at, end)
    return IP_DAMAGED, at, end


@part
def is_ipv6(buffer: Array, network_at: Number) -> Number:
    """Whether an IP header that was read before is one of IPv6."""
    return octet(buffer, network_at) >> 4 == 6


@part
def dscp_of(buffer: Array, network_at: Number) -> Number:
    """The differentiated services code point (RFC 2474) of an IP header read before."""
    if is_ipv6(buffer, network_at):
        return (big16(buffer, network_at) >> 6) & 0x3F
    return octet(buffer, network_at + 1) >> 2
