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
from voipprobe.capture.wire.fragments import Reassembler, Whole
from voipprobe.capture.wire.tunnel import VXLAN_PORTS

_UDP_HEADER: Final = 8
_SIP: Final = b"SIP/2.0"
_KNOWN_WAYS: Final = 4096


def datagrams(buffer: npt.NDArray[np.uint8], messages: npt.NDArray[Any]) -> Iterator[Datagram]:
    """MESSAGE records of whole datagrams, copied out of the buffer."""
    for message in messages:
        payload_at, ports_at = int(message["payload_at"]), int(message["transport_at"])
        source, destination = _endpoints(
            _addresses(buffer, int(message["network_at"])),
            buffer[ports_at : ports_at + 4].tobytes(),
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


class Fragments:
    """MESSAGE records of fragments, put together.

    Attributes:
        used: fragments that became part of a SIP datagram.
    """

    def __init__(self) -> None:
        self.used = 0
        self._reassembler = Reassembler()

    def datagrams(
        self, buffer: npt.NDArray[np.uint8], messages: npt.NDArray[Any]
    ) -> Iterator[Datagram]:
        """The SIP datagrams that these fragments complete, as of the frame that completed each."""
        for message in messages:
            at, time_ns = int(message["network_at"]), int(message["time_ns"])
            packet = buffer[at : at + int(message["payload_captured"])].tobytes()
            whole = self._reassembler.take(packet, time_ns)
            if whole is not None and _is_sip(whole.datagram):
                self.used += whole.pieces
                yield _of_whole(whole, int(message["number"]), time_ns)


def _is_sip(datagram: bytes) -> bool:
    """Whether SIP stands in a UDP datagram, and not in a packet that it carries (RFC 7348 5)."""
    port = int.from_bytes(datagram[2:4], "big")
    is_tunnel = port in VXLAN_PORTS and datagram[8:9] == b"\x08"
    return _SIP in datagram and not is_tunnel


def _of_whole(whole: Whole, number: int, time_ns: int) -> Datagram:
    source, destination = _endpoints(whole.addresses, whole.datagram[:4])
    length = int.from_bytes(whole.datagram[4:6], "big") or len(whole.datagram)
    payload = whole.datagram[_UDP_HEADER:length]
    return Datagram(number, time_ns, source, destination, "udp", payload)


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
