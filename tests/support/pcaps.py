"""Synthetic captures with known truth: RTP packets, frames around them, files around those."""

import ipaddress
import random
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

START_NS = 1_700_000_000_000_000_000
TICK_NS = 20_000_000
STEP = 160
NEAR = ("10.0.0.1", 10000)
FAR = ("10.0.0.2", 20000)

Address = tuple[str, int]
TimedFrame = tuple[int, bytes]


class Rtp(NamedTuple):
    """One RTP packet and when it was captured."""

    time_ns: int
    sequence: int
    timestamp: int
    payload_type: int = 0
    marker: bool = False
    ssrc: int = 0x1234ABCD
    payload: bytes = b"\x2a" * STEP

    def octets(self) -> bytes:
        second = self.payload_type | (0x80 if self.marker else 0)
        header = (0x80, second, self.sequence & 0xFFFF, self.timestamp & 0xFFFFFFFF, self.ssrc)
        return struct.pack(">BBHII", *header) + self.payload


def voice(
    count: int,
    *,
    sequence: int = 1000,
    timestamp: int = 5000,
    start_ns: int = START_NS,
    jitter_ms: float = 0.0,
    drift_ppm: float = 0.0,
    seed: int = 1,
    payload_type: int = 0,
    ssrc: int = 0x1234ABCD,
    step: int = STEP,
    tick_ns: int = TICK_NS,
) -> list[Rtp]:
    """A stream in sequence order; `jitter_ms` is the width of a uniform delay."""
    rng = random.Random(seed)  # noqa: S311 - truth must be repeatable
    return [
        Rtp(
            time_ns=start_ns
            + round(i * tick_ns / (1 + drift_ppm / 1e6))
            + rng.randrange(round(jitter_ms * 1e6) + 1),
            sequence=sequence + i,
            timestamp=timestamp + i * step,
            payload_type=payload_type,
            marker=i == 0,
            ssrc=ssrc,
        )
        for i in range(count)
    ]


def by_arrival(packets: Iterable[Rtp]) -> list[Rtp]:
    """Packets in order of capture."""
    return sorted(packets, key=lambda packet: packet.time_ns)


def udp(payload: bytes, source: Address = NEAR, destination: Address = FAR) -> bytes:
    """An IPv4 or IPv6 packet with one UDP datagram."""
    length = len(payload) + 8
    datagram = struct.pack(">HHHH", source[1], destination[1], length, 0) + payload
    return ip(datagram, 17, source[0], destination[0])


def ip(content: bytes, protocol: int, source: str, destination: str, options: bytes = b"") -> bytes:
    """An IP packet; `options` are IPv4 options (a multiple of four octets)."""
    ends = [ipaddress.ip_address(end) for end in (source, destination)]
    addresses = b"".join(end.packed for end in ends)
    if ends[0].version == 6:
        return struct.pack(">IHBB", 6 << 28, len(content), protocol, 64) + addresses + content
    header = 20 + len(options)
    first = 0x40 | header // 4
    head = struct.pack(">BBHHHBBH", first, 0, header + len(content), 0, 0, 64, protocol, 0)
    return head + addresses + options + content


def ethernet(packet: bytes, vlans: Sequence[int] = ()) -> bytes:
    """An Ethernet frame, tagged once for each VLAN tag type in `vlans`."""
    tags = b"".join(struct.pack(">HH", tag, 100) for tag in vlans)
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return b"\x02" * 12 + tags + struct.pack(">H", kind) + packet


def frames(
    packets: Iterable[Rtp], source: Address = NEAR, destination: Address = FAR
) -> list[TimedFrame]:
    """RTP packets in Ethernet frames."""
    return [(p.time_ns, ethernet(udp(p.octets(), source, destination))) for p in packets]


def pcap_octets(
    timed: Iterable[TimedFrame],
    *,
    big: bool = False,
    nano: bool = True,
    link: int = 1,
    snaplen: int = 262144,
) -> bytes:
    """A pcap file in either byte order and resolution; frames are cut at `snaplen`."""
    order = ">" if big else "<"
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    unit_ns = 1 if nano else 1000
    records = [struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for time_ns, frame in timed:
        seconds, rest = divmod(time_ns, 1_000_000_000)
        kept = frame[:snaplen]
        head = struct.pack(f"{order}IIII", seconds, rest // unit_ns, len(kept), len(frame))
        records.append(head + kept)
    return b"".join(records)


def write_pcap(path: Path, timed: Iterable[TimedFrame]) -> Path:
    """A nanosecond pcap file."""
    path.write_bytes(pcap_octets(timed))
    return path


def option(code: int, value: bytes, order: str = "<") -> bytes:
    """One pcapng option, padded."""
    return struct.pack(f"{order}HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """One pcapng block, padded."""
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + length + body + length


def section_block(order: str = "<") -> bytes:
    """A section header: interfaces are numbered anew."""
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface_block(options: bytes = b"", order: str = "<", link: int = 1) -> bytes:
    """An interface description."""
    return block(1, struct.pack(f"{order}HHI", link, 0, 0) + options, order)


def packet_block(ticks: int, frame: bytes, interface: int = 0, order: str = "<") -> bytes:
    """An enhanced packet block."""
    length = len(frame)
    head = (interface, ticks >> 32, ticks & 0xFFFFFFFF, length, length)
    return block(6, struct.pack(f"{order}IIIII", *head) + frame, order)


def statistics_block(dropped: int, interface: int = 0, order: str = "<") -> bytes:
    """An interface statistics block with isb_ifdrop."""
    body = struct.pack(f"{order}III", interface, 0, 0)
    return block(5, body + option(5, struct.pack(f"{order}Q", dropped), order), order)
