"""Messages of a batch as the Datagrams that Python reads.

Knows where addresses and ports stand; must not know what a payload says beyond that it is SIP.
"""

import socket
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.packet import Datagram, Endpoint

_KNOWN_WAYS: Final = 4096


def datagrams(buffer: npt.NDArray[np.uint8], messages: npt.NDArray[Any]) -> Iterator[Datagram]:
    """MESSAGE records of whole datagrams, copied out of the buffer."""
    for message in messages:
        payload_at = int(message["payload_at"])
        source, destination = ends_of(
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


def ends_of(
    buffer: npt.NDArray[np.uint8], network_at: int, transport_at: int
) -> tuple[Endpoint, Endpoint]:
    """(source, destination) of a UDP datagram whose headers begin there."""
    ports = buffer[transport_at : transport_at + 4].tobytes()
    return _endpoints(_addresses(buffer, network_at), ports)


def _addresses(buffer: npt.NDArray[np.uint8], network_at: int) -> bytes:
    """Source and destination address of an IP packet, packed."""
    if buffer[network_at] >> 4 == 6:
        return buffer[network_at + 8 : network_at + 40].tobytes()
    return buffer[network_at + 12 : network_at + 20].tobytes()


@lru_cache(maxsize=_KNOWN_WAYS)
def _endpoints(addresses: bytes, ports: bytes) -> tuple[Endpoint, Endpoint]:
    """(source, destination) of both addresses and both ports as they stand in the headers."""
    width = len(addresses) // 2
    family = socket.AF_INET6 if width == 16 else socket.AF_INET
    hosts = [socket.inet_ntop(family, addresses[at : at + width]) for at in (0, width)]
    numbers = [int.from_bytes(ports[at : at + 2], "big") for at in (0, 2)]
    return Endpoint(hosts[0], numbers[0]), Endpoint(hosts[1], numbers[1])
