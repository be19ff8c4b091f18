"""Keys of what packets belong to: a stream of one direction, a connection of both.

Knows addresses and ports and where they stand in the headers. A key is a hash: two flows of one
capture share one with a probability of about flows^2 / 2^65.
"""

import numpy as np

from voipprobe.capture.kernels.declare import Array, Number, part, uint64
from voipprobe.capture.wire.network import is_ipv6
from voipprobe.capture.wire.octets import big16, big32, mix

_HALF = np.uint64(32)


@part
def _pair(first: Number, second: Number) -> Number:
    """Two numbers of 32 bits as one of 64."""
    return (uint64(first) << _HALF) | uint64(second)


@part
def flow_key(
    buffer: Array, network_at: Number, transport_at: Number, ssrc: Number, reverse: Number
) -> Number:
    """The key of both endpoints and an SSRC, or of the same the other way round; never 0."""
    width, source = (16, network_at + 8) if is_ipv6(buffer, network_at) else (4, network_at + 12)
    target = source + width
    ports = big16(buffer, transport_at), big16(buffer, transport_at + 2)
    if reverse:
        source, target, ports = target, source, (ports[1], ports[0])
    key = mix(_pair((ports[0] << 16) | ports[1], ssrc))
    for at in range(0, width, 4):
        key = mix(key ^ _pair(big32(buffer, source + at), big32(buffer, target + at)))
    return key | np.uint64(1)  # 0 marks an empty place of a table


@part
def connection_key(buffer: Array, network_at: Number, transport_at: Number) -> Number:
    """The key of both endpoints, whichever is the source; never 0."""
    one = flow_key(buffer, network_at, transport_at, 0, False)
    other = flow_key(buffer, network_at, transport_at, 0, True)
    return mix(one + other) | np.uint64(1)
