"""Packets for the mesh, made octet by octet, and a receiver that counts for itself."""

import contextlib
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mesh_demo.network import Mesh
from mesh_demo.wiring import Region
from voipprobe.traffic.netns import Host

SO_RCVBUFFORCE = 33
RECEIVE_OCTETS = 16 << 20


def rtp(sequence: int, payload_type: int = 0) -> bytes:
    """One RTP packet of G.711; the time it is made is in its first octets of voice."""
    voice = struct.pack("!d", time.monotonic()) + bytes(152)
    return struct.pack("!BBHII", 0x80, payload_type, sequence, sequence * 160, 1) + voice


def sip(number: int) -> bytes:
    """A SIP request of a usual length, numbered."""
    return f"OPTIONS sip:echo@198.18.2.1 SIP/2.0\r\nCSeq: {number} OPTIONS\r\n\r\n".encode()


def udp(payload: bytes, source_port: int = 4000, destination_port: int = 4000) -> bytes:
    """A UDP datagram without a checksum."""
    return struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload


def ip_packet(
    payload: bytes, *, source: str = "198.18.1.1", destination: str = "198.18.2.1",
    protocol: int = 17, fragment: int = 0, options: bytes = b"",
) -> bytes:  # fmt: skip
    """An IPv4 packet; `fragment` is the field of flags and offset."""
    words = 5 + len(options) // 4
    head = struct.pack(
        "!BBHHHBBH4s4s", 0x40 | words, 0, words * 4 + len(payload), 1, fragment, 64, protocol, 0,
        socket.inet_aton(source), socket.inet_aton(destination),
    )  # fmt: skip
    return head + options + payload


def sequence_of(packet: bytes) -> int:
    """The RTP sequence number in an IPv4 packet without options."""
    return int.from_bytes(packet[30:32], "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A datagram, and how long it was on its way if it was `rtp`."""

    payload: bytes
    transit_ms: float | None

    @property
    def sequence(self) -> int:
        """The RTP sequence number."""
        return int.from_bytes(self.payload[2:4], "big")


class Receiver:
    """The far end of a path: a socket with room for everything that a test sends."""

    def __init__(self, region: Region, port: int = 0) -> None:
        self._socket = region.udp_socket(port)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_OCTETS)
        self.address: tuple[str, int] = self._socket.getsockname()

    def arrivals(self, timeout_s: float = 0.2) -> list[Arrival]:
        """All that has come and comes until nothing has for `timeout_s`."""
        self._socket.settimeout(timeout_s)
        found = []
        with contextlib.suppress(TimeoutError):
            while True:
                found.append(self.receive())
        return found

    def receive(self) -> Arrival:
        """The next one."""
        payload = self._socket.recv(2048)
        return Arrival(payload=payload, transit_ms=_transit_ms(payload))

    def fileno(self) -> int:
        """Readable when something has come, for select()."""
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()


def _transit_ms(payload: bytes) -> float | None:
    if payload[0] >> 6 != 2:
        return None
    (made_s,) = struct.unpack_from("!d", payload, 12)
    return float(time.monotonic() - made_s) * 1e3


def exchange(
    net: Mesh, source: str, destination: str, payloads: Iterator[bytes], spacing_s: float = 0.0
) -> list[Arrival]:
    """Send from one Region to another; returns what arrives, once the relay has let all go."""
    receiver = Receiver(net.regions[destination])
    with contextlib.closing(receiver), net.regions[source].udp_socket() as line:
        line.connect(receiver.address)
        for payload in payloads:
            line.send(payload)
            time.sleep(spacing_s)
        net.settled()
        return receiver.arrivals(0.05)


@contextlib.contextmanager
def counted(host: Host, *, from_address: str) -> Iterator[Callable[[], int]]:
    """Packets that come into a namespace from an address, as nftables counts them."""
    host.run("nft", "add", "table", "ip", "judge")
    host.run("nft", "add counter ip judge seen")
    host.run("nft", "add chain ip judge in { type filter hook prerouting priority -300; }")
    host.run("nft", f"add rule ip judge in ip saddr {from_address} counter name seen")

    def seen() -> int:
        listed = host.run("nft", "list", "counter", "ip", "judge", "seen")
        return int(listed.split("packets")[1].split()[0])

    try:
        yield seen
    finally:
        host.run("nft", "delete", "table", "ip", "judge")
