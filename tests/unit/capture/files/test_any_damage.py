"""Capture files cut off or damaged in any place: what stood before it is analysed as ever."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pcaps import (
    START_NS,
    frames,
    interface_block,
    option,
    packet_block,
    pcap_octets,
    section_block,
    voice,
)
from support.readings import read

from voipprobe.capture.files.pcapng import LATEST_NS
from voipprobe.capture.reading import Reading

COUNT = 5
FILE_HEADER, RECORD = 24, 16 + 14 + 20 + 8 + 12 + 160
PCAPNG_HEAD = {order: section_block(order) + interface_block(order=order) for order in "<>"}
ORDERS = st.sampled_from("<>")


def _pcapng(order: str) -> bytes:
    packets = frames(voice(COUNT))
    return PCAPNG_HEAD[order] + b"".join(
        packet_block(time_ns // 1000, frame, 0, order) for time_ns, frame in packets
    )


BLOCK = (len(_pcapng("<")) - len(PCAPNG_HEAD["<"])) // COUNT


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage") / "any.capture"


def _hold(reading: Reading, *, whole: int, offset: int, is_cut: bool) -> None:
    assert reading.info.packets == whole
    assert reading.info.truncated == is_cut
    assert [one.offset for one in reading.damage] == ([offset] if is_cut else [])
    if whole > 1:
        (stream,) = reading.streams
        assert (stream.packets, stream.lost, stream.first_ns) == (whole, 0, START_NS)


@given(st.booleans(), st.booleans(), st.integers(FILE_HEADER, FILE_HEADER + COUNT * RECORD))
def test_a_pcap_file_that_ends_anywhere(path: Path, big: bool, nano: bool, length: int) -> None:
    """Its whole records count, and the offset is that of the first one that is not whole."""
    path.write_bytes(pcap_octets(frames(voice(COUNT)), big=big, nano=nano)[:length])
    whole, rest = divmod(length - FILE_HEADER, RECORD)
    offset = FILE_HEADER + whole * RECORD
    _hold(read(path), whole=whole, offset=offset, is_cut=rest > 0)


@given(ORDERS, st.integers(0, COUNT * BLOCK))
def test_a_pcapng_file_that_ends_anywhere(path: Path, order: str, length: int) -> None:
    """The same for blocks, in either byte order."""
    head = len(PCAPNG_HEAD[order])
    path.write_bytes(_pcapng(order)[: head + length])
    whole, rest = divmod(length, BLOCK)
    _hold(read(path), whole=whole, offset=head + whole * BLOCK, is_cut=rest > 0)


@given(st.integers(0, COUNT - 1), st.binary(min_size=1, max_size=64), st.booleans())
def test_a_pcap_file_overwritten_anywhere(path: Path, record: int, junk: bytes, past: bool) -> None:
    """Whatever stands at a record or in it, the records before it are as they were."""
    octets = bytearray(pcap_octets(frames(voice(COUNT))))
    at = FILE_HEADER + record * RECORD + past * 20
    octets[at : at + len(junk)] = junk
    path.write_bytes(octets)
    _hold_before(read(path), record)


@given(ORDERS, st.integers(0, COUNT - 1), st.binary(min_size=1, max_size=64), st.integers(0, 40))
def test_a_pcapng_file_overwritten_anywhere(
    path: Path, order: str, block: int, junk: bytes, past: int
) -> None:
    """The same for blocks."""
    octets = bytearray(_pcapng(order))
    at = len(PCAPNG_HEAD[order]) + block * BLOCK + past
    octets[at : at + len(junk)] = junk
    path.write_bytes(octets)
    _hold_before(read(path), block)


def _hold_before(reading: Reading, whole: int) -> None:
    assert reading.info.packets >= whole
    if whole > 1:
        first = reading.streams[0]
        assert first.packets >= whole
        assert first.first_number == 1


@given(
    st.integers(0, (1 << 64) - 1),
    st.integers(0, (1 << 64) - 1),
    st.integers(0, 255),
    st.integers(-(1 << 63), (1 << 63) - 1),
)
def test_any_time_of_any_resolution_is_one_that_can_be_reckoned_with(
    path: Path, one: int, other: int, resolution: int, offset_s: int
) -> None:
    """Ticks beyond 63 bits of nanoseconds once wrapped, and a plot over them had no end."""
    options = option(9, bytes([resolution])) + option(14, struct.pack("<q", offset_s))
    first, second = (frame for _, frame in frames(voice(2)))
    octets = section_block() + interface_block(options)
    path.write_bytes(octets + packet_block(one, first) + packet_block(other, second))
    reading = read(path)
    (stream,) = reading.streams
    assert 0 <= stream.first_ns <= LATEST_NS
    assert 0 <= stream.last_ns <= LATEST_NS
    assert reading.info.duration_s is not None
    assert reading.info.duration_s >= 0
