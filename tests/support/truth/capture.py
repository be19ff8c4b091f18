"""Plans as capture files: one stream or many, IPv4 or IPv6, pcap or pcapng."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from support.pcaps import (
    START_NS,
    Address,
    Rtp,
    TimedFrame,
    ethernet,
    interface_block,
    option,
    packet_block,
    pcap_octets,
    section_block,
    udp,
)
from support.truth.account import Played
from support.truth.network import Arrival

Container = Literal["pcap", "pcap-big-micro", "pcapng", "pcapng-big-nano"]
CONTAINERS: tuple[Container, ...] = ("pcap", "pcap-big-micro", "pcapng", "pcapng-big-nano")


def ends(number: int, *, ipv6: bool = False) -> tuple[Address, Address]:
    """Source and destination of the n-th stream; no two streams share them."""
    host = number // 200
    if ipv6:
        return (f"2001:db8::1:{host}", 10_000 + number), (f"2001:db8::2:{host}", 20_000 + number)
    return (f"10.1.{host}.1", 10_000 + number), (f"10.2.{host}.2", 20_000 + number)


def frames(played: Played, number: int = 0, *, ipv6: bool = False) -> list[TimedFrame]:
    """A stream as Ethernet frames, in order of arrival."""
    source, target = ends(number, ipv6=ipv6)
    return [
        (START_NS + one.time_ns, ethernet(udp(_rtp(one, played.plan.ssrc), source, target)))
        for one in played.arrivals
    ]


def write(path: Path, timed: Sequence[TimedFrame], container: Container = "pcap") -> Path:
    """Frames, in the order given, as a file."""
    if container.startswith("pcapng"):
        path.write_bytes(_pcapng(timed, big=container != "pcapng"))
    else:
        path.write_bytes(pcap_octets(timed, big=container != "pcap", nano=container == "pcap"))
    return path


def _pcapng(timed: Sequence[TimedFrame], *, big: bool) -> bytes:
    """Microseconds, or nanoseconds and the other byte order."""
    order, unit_ns = (">", 1) if big else ("<", 1000)
    resolution = option(9, b"\x09" if big else b"\x06", order)
    head = section_block(order) + interface_block(resolution, order)
    blocks = (packet_block(time_ns // unit_ns, frame, order=order) for time_ns, frame in timed)
    return head + b"".join(blocks)


def _rtp(arrival: Arrival, ssrc: int) -> bytes:
    packet = arrival.packet
    return Rtp(
        time_ns=0,
        sequence=packet.sequence,
        timestamp=packet.timestamp,
        payload_type=packet.payload_type,
        marker=packet.begins,
        ssrc=ssrc,
        payload=b"\x2a" * packet.octets,
    ).octets()
