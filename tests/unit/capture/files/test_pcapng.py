"""The pcapng reader: sections, interfaces, resolutions, drop counts, damage."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.pcaps import (
    START_NS,
    TICK_NS,
    Rtp,
    block,
    ethernet,
    frames,
    interface_block,
    option,
    packet_block,
    section_block,
    statistics_block,
    udp,
    voice,
)
from support.readings import read

COUNT = 6
TSRESOL, TSOFFSET = 9, 14


def _packets(per_second: int, order: str = "<", offset_s: int = 0, interface: int = 0) -> bytes:
    return b"".join(
        packet_block((time_ns - offset_s * 10**9) * per_second // 10**9, frame, interface, order)
        for time_ns, frame in frames(voice(COUNT))
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("resolution", "per_second"),
    [
        (None, 10**6),
        (6, 10**6),
        (3, 10**3),
        (9, 10**9),
        (10, 10**10),
        (0x80 | 20, 1 << 20),
        (0x80 | 32, 1 << 32),
    ],
)
def test_timestamps_of_any_resolution_and_order_mean_the_same(
    tmp_path: Path, order: str, resolution: int | None, per_second: int
) -> None:
    """if_tsresol is a power of ten, or of two with the top bit set; microseconds without it."""
    options = b"" if resolution is None else option(TSRESOL, bytes([resolution]), order)
    path = tmp_path / "a.pcapng"
    path.write_bytes(
        section_block(order) + interface_block(options, order) + _packets(per_second, order)
    )
    (stream,) = read(path).streams
    assert abs(stream.first_ns - START_NS) <= 10**9 // per_second + 1
    assert stream.last_ns - stream.first_ns == pytest.approx(
        (COUNT - 1) * TICK_NS, abs=2 * 10**9 / per_second
    )


def test_the_time_offset_of_an_interface_is_added(tmp_path: Path) -> None:
    """if_tsoffset counts in seconds whatever the resolution."""
    options = option(TSOFFSET, struct.pack("<q", 1000))
    path = tmp_path / "a.pcapng"
    path.write_bytes(section_block() + interface_block(options) + _packets(10**6, offset_s=1000))
    assert read(path).streams[0].first_ns == START_NS


def test_drop_counts_are_the_last_of_each_interface_over_all_sections(tmp_path: Path) -> None:
    """Statistics blocks are running totals; a new section numbers its interfaces anew."""
    path = tmp_path / "a.pcapng"
    path.write_bytes(
        section_block()
        + interface_block()
        + interface_block()
        + _packets(10**6, interface=1)
        + statistics_block(3)
        + statistics_block(5)
        + statistics_block(2, interface=1)
        + section_block(">")
        + interface_block(order=">")
        + statistics_block(10, order=">")
    )
    reading = read(path)
    assert reading.info.dropped_packets == 17
    assert reading.info.packets == COUNT


def test_no_statistics_means_that_drops_are_unknown(tmp_path: Path) -> None:
    """Unknown is not zero: media numbers hang on it."""
    path = tmp_path / "a.pcapng"
    path.write_bytes(section_block() + interface_block() + _packets(10**6))
    assert read(path).info.dropped_packets is None


def test_interfaces_have_link_types_of_their_own(tmp_path: Path) -> None:
    """A raw IP interface beside an Ethernet one."""
    packets = voice(4)
    path = tmp_path / "a.pcapng"
    path.write_bytes(
        section_block()
        + interface_block()
        + interface_block(link=101)
        + b"".join(packet_block(t // 1000, f) for t, f in frames(packets[:2]))
        + b"".join(packet_block(p.time_ns // 1000, udp(p.octets()), 1) for p in packets[2:])
    )
    assert read(path).streams[0].packets == 4


def _sll(packet: bytes) -> bytes:
    return b"\0" * 14 + b"\x08\0" + packet


def _sll2(packet: bytes) -> bytes:
    return b"\x08\0" + b"\0" * 18 + packet


def _on(interface: int, packets: list[Rtp], wrap: Callable[[bytes], bytes], **how: Any) -> bytes:
    """Packets of an interface: how many ticks a second, from which offset, in which order."""
    per_second, offset_s, order = how["per_second"], how.get("offset_s", 0), how.get("order", "<")
    return b"".join(
        packet_block(
            (p.time_ns - offset_s * 10**9) * per_second // 10**9, wrap(udp(p.octets())),
            interface, order,
        )
        for p in packets
    )  # fmt: skip


def test_sections_of_both_byte_orders_with_interfaces_of_every_kind_make_one_stream(
    tmp_path: Path,
) -> None:
    """As mergecap writes them: link type, resolution and offset are those of the interface."""
    packets = voice(40)
    nanoseconds = option(TSRESOL, b"\x09") + option(TSOFFSET, struct.pack("<q", 1000))
    little = (
        section_block()
        + interface_block(option(TSRESOL, bytes([0x80 | 30])), link=1)
        + interface_block(nanoseconds, link=101)
        + _on(0, packets[:10], ethernet, per_second=1 << 30)
        + _on(1, packets[10:20], bytes, per_second=10**9, offset_s=1000)
    )
    options = option(TSRESOL, b"\x03", ">") + option(TSOFFSET, struct.pack(">q", -500), ">")
    big = (
        section_block(">")
        + interface_block(options, ">", link=113)
        + interface_block(order=">", link=276)
        + _on(
            0,
            packets[20:30],
            _sll,
            per_second=1000,
            offset_s=-500,
            order=">",
        )
        + _on(1, packets[30:], _sll2, per_second=10**6, order=">")
    )
    path = tmp_path / "merged.pcapng"
    path.write_bytes(little + big)
    (stream,) = read(path).streams
    assert (stream.packets, stream.lost, stream.last_ns) == (40, 0, packets[-1].time_ns)
    assert stream.jitter_ms.max == pytest.approx(0.0, abs=0.001)


def test_unknown_blocks_are_skipped_and_untimed_packets_counted(tmp_path: Path) -> None:
    """A simple packet block has no time, so it cannot be measured and is not hidden."""
    path = tmp_path / "a.pcapng"
    simple = block(3, struct.pack("<I", 4) + b"abcd")
    path.write_bytes(
        section_block()
        + interface_block()
        + block(0x0BAD, b"name of a host")
        + simple
        + _packets(10**6)
    )
    info = read(path).info
    assert (info.packets, info.undecoded_packets, info.truncated) == (COUNT + 1, 1, False)


@pytest.mark.parametrize(
    "damage",
    [
        b"\x06\0\0\0\xff\xff\xff\xff" + b"\0" * 40,  # a packet block longer than any file
        b"\x06\0\0\0\x21\0\0\0" + b"\0" * 40,  # a length that is no multiple of four
        packet_block(0, b"x" * 40, interface=9),  # an interface that nobody described
        block(0x0BAD, b"")[:4] + b"\x04\0\0\0" + b"\0" * 8,  # shorter than its own head
        b"\x0a\x0d\x0d\x0a\x1c\0\0\0" + b"\0" * 20,  # a section without its magic
        packet_block(0, b"x" * 40)[:-4] + b"\0\0\0\0",  # the two lengths differ
    ],
)
def test_damage_ends_the_file_and_is_named(tmp_path: Path, damage: bytes) -> None:
    """Each kind of nonsense is recognised at the block where it begins."""
    before = section_block() + interface_block() + _packets(10**6)
    path = tmp_path / "a.pcapng"
    path.write_bytes(before + damage + _packets(10**6))
    reading = read(path)
    assert reading.info.packets == COUNT
    assert reading.info.truncated
    assert reading.damage[0].offset == len(before)


def test_a_file_cut_off_in_any_place_keeps_its_whole_packets(tmp_path: Path) -> None:
    """Every length from the section header on, byte by byte."""
    head = section_block() + interface_block()
    packets = _packets(10**6)
    size = len(packets) // COUNT
    path = tmp_path / "a.pcapng"
    for length in range(len(head), len(head) + 2 * size + 1, 7):
        path.write_bytes((head + packets)[:length])
        assert read(path).info.packets == (length - len(head)) // size
