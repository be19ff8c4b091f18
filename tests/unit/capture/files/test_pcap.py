"""The pcap reader: byte orders, resolutions, and files that end where they should not."""

from pathlib import Path

import pytest
from support.pcaps import START_NS, TICK_NS, frames, pcap_octets, voice
from support.readings import ignore, read

from voipprobe.capture.reading import read_capture
from voipprobe.capture.wire.records import WINDOW_OCTETS
from voipprobe.model.errors import CaptureError

COUNT = 10
RECORD_OCTETS = 16 + 14 + 20 + 8 + 12 + 160


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("nano", [False, True])
def test_both_byte_orders_and_resolutions_give_the_same_times(
    tmp_path: Path, big: bool, nano: bool
) -> None:
    """Byte order and unit of the fraction come from the magic number and nowhere else."""
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_octets(frames(voice(COUNT)), big=big, nano=nano))
    reading = read(path)
    (stream,) = reading.streams
    assert stream.packets == COUNT
    assert stream.first_ns == START_NS
    assert stream.last_ns == START_NS + (COUNT - 1) * TICK_NS
    assert reading.info.duration_s == pytest.approx((COUNT - 1) * 0.02)
    assert reading.info.dropped_packets is None
    assert not reading.info.truncated


def test_a_capture_larger_than_the_window_loses_nothing_at_its_edges(tmp_path: Path) -> None:
    """Records that lie across the end of a window are carried over."""
    count = 2 * WINDOW_OCTETS // RECORD_OCTETS + 7
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_octets(frames(voice(count))))
    (stream,) = read(path).streams
    assert (stream.packets, stream.lost) == (count, 0)


@pytest.mark.parametrize("kept", [0, 5, 15, 16, 40, RECORD_OCTETS - 1])
def test_a_file_cut_off_in_a_record_keeps_all_before_it(tmp_path: Path, kept: int) -> None:
    """The offset named is that of the record that is not whole."""
    octets = pcap_octets(frames(voice(COUNT)))
    whole = 24 + (COUNT - 1) * RECORD_OCTETS
    path = tmp_path / "cut.pcap"
    path.write_bytes(octets[: whole + kept])
    reading = read(path)
    assert reading.streams[0].packets == COUNT - 1
    assert reading.info.truncated == (kept > 0)
    assert [damage.offset for damage in reading.damage] == ([whole] if kept else [])


def test_a_record_with_an_impossible_length_ends_the_file_there(tmp_path: Path) -> None:
    """Nothing after damage is believed, everything before it is."""
    octets = bytearray(pcap_octets(frames(voice(COUNT))))
    at = 24 + 4 * RECORD_OCTETS
    octets[at + 8 : at + 12] = b"\xff\xff\xff\x7f"
    path = tmp_path / "damaged.pcap"
    path.write_bytes(octets)
    reading = read(path)
    assert reading.info.packets == 4
    assert reading.damage[0].offset == at


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"", "is empty"),
        (b"INVITE sip:a@b SIP/2.0\r\n", "neither pcap nor pcapng"),
        (b"\xfd7zXZ" + b"\0" * 30, "xz -d"),
        (b"\x1f\x8b" + b"\0" * 30, "damaged at byte"),
        (b"\xd4\xc3\xb2\xa1\x02\x00", "cut off after 6 bytes"),
        (b"\x0a\x0d\x0d\x0a\x1c\0\0\0", "cut off after 8 bytes"),
    ],
)
def test_what_is_no_capture_is_refused_in_words(tmp_path: Path, octets: bytes, says: str) -> None:
    """The message names the file and what to do."""
    path = tmp_path / "no.pcap"
    path.write_bytes(octets)
    with pytest.raises(CaptureError, match=says) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_and_a_folder_are_capture_errors(tmp_path: Path) -> None:
    """The operating system's exception does not leave the room."""
    with pytest.raises(CaptureError, match="cannot be opened"):
        read(tmp_path / "absent.pcap")
    with pytest.raises(CaptureError, match="cannot be opened"):
        read(tmp_path)


def test_files_read_one_after_another_are_one_capture(tmp_path: Path) -> None:
    """A stream goes on across files, and its packet numbers do too."""
    packets = voice(COUNT)
    paths = [tmp_path / "1.pcap", tmp_path / "2.pcap"]
    paths[0].write_bytes(pcap_octets(frames(packets[:1])))
    paths[1].write_bytes(pcap_octets(frames(packets[1:])))
    reading = read_capture(paths, on_datagrams=ignore)
    (stream,) = reading.streams
    assert (stream.packets, stream.lost, stream.first_number) == (COUNT, 0, 1)
    assert stream.first_ns == START_NS
    assert reading.info.files == tuple(map(str, paths))
    assert reading.info.bytes == sum(path.stat().st_size for path in paths)


def test_a_capture_without_packets_is_read_as_such(tmp_path: Path) -> None:
    """Nothing is unknown rather than zero."""
    path = tmp_path / "none.pcap"
    path.write_bytes(pcap_octets([]))
    info = read(path).info
    assert (info.packets, info.first_packet_at, info.duration_s) == (0, None, None)
