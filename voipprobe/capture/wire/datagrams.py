"""Messages of a batch as the Datagrams that the SIP side reads.

Knows where addresses and ports stand; must not know what a payload says.
"""

import socket
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from voipprobe.capture.packet import Datagram, Endpoint


def datagrams(
    buffer: npt.NDArray[np.uint8], messages: npt.NDArray[Any], count: int
) -> Iterator[Datagram]:
    """The first `count` MESSAGE records, copied out of the buffer."""
    for message in messages[:count]:
        payload_at = int(message["payload_at"])
        source, destination = _endpoints(
            buffer, int(message["network_at"]), int(message["transport_at"])
        )
        payload = buffer[payload_at : payload_at + int(message["payload_captured"])]
        yield Datagram(
            number=int(message["number"]),
            time_ns=int(message["time_ns"]),
            source=source,
            destination=destination,
            transport="udp",
            payload=payload.tobytes(),
        )


def _endpoints(
    buffer: npt.NDArray[np.uint8], network_at: int, transport_at: int
) -> tuple[Endpoint, Endpoint]:
    ipv6 = buffer[network_at] >> 4 == 6
    family, width, at = (
        (socket.AF_INET6, 16, network_at + 8) if ipv6 else (socket.AF_INET, 4, network_at + 12)
    )
    octets = buffer[at : at + 2 * width].tobytes()
    ports = buffer[transport_at : transport_at + 4].tobytes()
    return (
        Endpoint(socket.inet_ntop(family, octets[:width]), int.from_bytes(ports[:2], "big")),
        Endpoint(socket.inet_ntop(family, octets[width:]), int.from_bytes(ports[2:], "big")),
    )
