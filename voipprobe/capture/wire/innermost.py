"""The packet that a frame is about: the one behind all tunnels.

Knows the order of the layers and nothing of what the innermost packet carries.
"""

from voipprobe.capture.kernels.declare import Array, Number, int64, part
from voipprobe.capture.wire.link import network_offset
from voipprobe.capture.wire.network import IP_DAMAGED, UDP_PROTOCOL, transport
from voipprobe.capture.wire.tunnel import (
    MAX_TUNNELS,
    NO_TUNNEL,
    inside_ip,
    inside_udp,
    is_tunnel,
)


@part
def innermost(buffer: Array, at: Number, end: Number, link: Number) -> Number:
    """(network_at, protocol, at, end) of the IP packet behind all tunnels.

    `network_at` is negative (NOT_IP, NOT_READABLE) where there is none.
    """
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
    return network_at, protocol, at, end
