"""What the readers hand to the SIP side: endpoints and datagrams."""

from typing import NamedTuple


class Endpoint(NamedTuple):
    """One end of a transport flow; `address` is numeric, without brackets or scope."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


class Datagram(NamedTuple):
    """One transport payload as captured.

    Attributes:
        number: packet number in the capture, from 1.
        time_ns: capture time, nanoseconds since the epoch.
        transport: "udp", "tcp" or "tls" (as in a Via header, lower case).
    """

    number: int
    time_ns: int
    source: Endpoint
    destination: Endpoint
    transport: str
    payload: bytes
