"""The packet that a frame is about: the one behind all tunnels.

Knows the order of the layers and nothing of what the innermost packet carries.
"""

from typing import Final

from voipprobe.capture.kernels.declare import Array, Number, int64, part
from voipprobe.capture.wire.link import ETHERNET, network_offset
from voipprobe.capture.wire.network import IP_DAMAGED, UDP_PROTOCOL, transport
from voipprobe.capture.wire.octets import big16, octet
from voipprobe.capture.wire.tunnel import (
    MAX_TUNNELS,
    NO_TUNNEL,
    VXLAN_PORTS,
    inside_ip,
    inside_udp,
    is_tunnel,
)

_PLAIN_OCTETS: Final = 42


@part
def is_plain_udp(buffer: Array, at: Number, end: Number, link: Number) -> Number:
    """Whether a glance shows a whole UDP datagram over IPv4 in Ethernet, and no tunnel.

    Nearly every frame of a voice capture is one: this spares it the layers one by one.
    """
    if link != ETHERNET or end - at < _PLAIN_OCTETS or big16(buffer, at + 12) != 0x0800:
        return False
    is_udp = octet(buffer, at + 14) == 0x45 and octet(buffer, at + 23) == UDP_PROTOCOL
    is_whole = big16(buffer, at + 20) & 0x3FFF == 0
    return is_udp and is_whole and big16(buffer, at + 36) not in VXLAN_PORTS


@part
def innermost(buffer: Array, at: Number, end: Number, link: Number) -> Number:
    """(network_at, protocol, at, end) of the IP packet behind all tunnels.

    `network_at` is negative (NOT_IP, NOT_READABLE) where there is none.
    """
    if is_plain_udp(buffer, at, end, link):
        length = big16(buffer, at + 16)
        if length >= 20:
            end = min(end, at + 14 + length)
        return int64(at + 14), int64(UDP_PROTOCOL), int64(at + 34), int64(end)
    network_at = int64(network_offset(buffer, at, end, link))
    protocol = int64(IP_DAMAGED)
    for _ in range(MAX_TUNNELS):
        if network_at < 0:
            break
        protocol, at, end = transport(buffer, network_at, end)
        inner = int64(NO_TUNNEL)
        if protocol == UDP_PROTOCOL:
            inner = int64(inside_udp(buffer, at, end))
        elif is_tunnel(protocol):
            inner = int64(inside_ip(buffer, protocol, at, end))
        if inner == NO_TUNNEL:
            break
        network_at = inner
        protocol = int64(IP_DAMAGED)  # what stands if this was the last tunnel to be opened
    return network_at, int64(protocol), int64(at), int64(end)
