"""Synthetic captures with known truth: RTP packets, frames around them, files around those."""

import ipaddress
import itertools
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


def vxlan(frame: bytes, port: int = 4789) -> bytes:
    """An IPv4 packet with a whole Ethernet frame inside, as AWS Traffic Mirroring sends it."""
    header = struct.pack(">BBHI", 0x08, 0, 0, 42 << 8)
    return udp(header + frame, ("172.16.0.1", 65000), ("172.16.0.2", port))


def gre(content: bytes, kind: int = 0x0800, flags: int = 0) -> bytes:
    """An IPv4 packet with GRE around something; optional fields follow from the flags."""
    fields = sum(4 for flag in (0xC000, 0x2000, 0x1000) if flags & flag)
    header = struct.pack(">HH", flags, kind) + b"\0" * fields
    return ip(header + content, 47, "172.16.0.1", "172.16.0.2")


def fragments(packet: bytes, sizes: Sequence[int], number: int = 7) -> list[bytes]:
    """An IP packet of our own making cut into fragments, in order.

    Args:
        packet: IPv4 without options, or IPv6 without extension headers.
        sizes: octets of each fragment but the last, multiples of eight.
        number: the identification.
    """
    is_v6 = packet[0] >> 4 == 6
    head, content = (packet[:40], packet[40:]) if is_v6 else (packet[:20], packet[20:])
    cuts = [0, *itertools.accumulate(sizes), len(content)]
    make = _fragment6 if is_v6 else _fragment4
    return [
        make(head, content[start:end], start, end < len(content), number)
        for start, end in itertools.pairwise(cuts)
    ]


def _fragment4(head: bytes, piece: bytes, offset: int, more: bool, number: int) -> bytes:
    flags = offset // 8 | (0x2000 if more else 0)
    middle = struct.pack(">HHH", 20 + len(piece), number, flags)
    return head[:2] + middle + head[8:] + piece


def _fragment6(head: bytes, piece: bytes, offset: int, more: bool, number: int) -> bytes:
    header = struct.pack(">BBHI", head[6], 0, offset | int(more), number)
    length = struct.pack(">H", len(header) + len(piece))
    return head[:4] + length + b"\x2c" + head[7:] + header + piece


def tcp(payload: bytes, source: Address, destination: Address, sequence: int = 1) -> bytes:
    """An IP packet with one TCP segment."""
    head = (source[1], destination[1], sequence, 1, 5 << 4, 0x18, 65535, 0, 0)
    segment = struct.pack(">HHIIBBHHH", *head) + payload
    return ip(segment, 6, source[0], destination[0])
