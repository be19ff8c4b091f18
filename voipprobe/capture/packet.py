"""What the readers hand to the SIP side: endpoints and datagrams."""

from typing import NamedTuple


class Endpoint(NamedTuple):
    """One end of a transport flow; `address` is numeric, without brackets or scope."""

    address: str
    port: int

    def __str__(self) -> str:
        return (
            f"[{self.address}]:{self.port}"
            if ":" in self.address
            else f"{self.address}:{self.port}"
        )


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


class Near(NamedTuple):
    """The end of the wire that is ours.

    Attributes:
        addresses: numeric, without brackets; empty where there is no near end (a capture
            from elsewhere).
        ports: ours among them, where the far end may have the same address (loopback);
            empty for all.
    """

    addresses: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether there is a near end at all."""
        return bool(self.addresses)

    def has(self, endpoint: Endpoint) -> bool:
        """Whether an endpoint is ours."""
        return endpoint.address in self.addresses and (
            not self.ports or endpoint.port in self.ports
        )


ANYWHERE = Near()
"""No near end: nothing has a direction."""
