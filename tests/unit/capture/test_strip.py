"""Captures rewritten without media: nothing that was said is left, and every figure is."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from support.by_tshark import streams_of
from support.calls_capture import write_calls
from support.pcaps import (
    STEP,
    Rtp,
    block,
    ethernet,
    frames,
    interface_block,
    packet_block,
    pcap_octets,
    section_block,
    statistics_block,
    voice,
)

from voipprobe.capture.analysis import CaptureAnalysis, analyse, analyse_capture
from voipprobe.capture.strip import strip_media
from voipprobe.model.errors import CaptureError

SAID = b"\x2a" * STEP


def unheard(path: Path) -> CaptureAnalysis:
    """The analysis of a capture but for what needs its payload, and for its size."""
    found = analyse([path])
    streams = tuple(replace(one, silent=None, findings=()) for one in found.streams)
    return replace(found, streams=streams, info=replace(found.info, bytes=0))


def test_every_figure_stays_but_those_that_listen(tmp_path: Path) -> None:
    """Calls, streams and counts are the same before and after; the voice is gone."""
    path = write_calls(tmp_path / "calls.pcap")
    before = unheard(path)
    assert SAID in path.read_bytes()
    assert strip_media(path) == 795
    assert SAID[:4] not in path.read_bytes()
    assert unheard(path) == before


def test_sip_and_its_sdp_stay_whole(tmp_path: Path) -> None:
    """The ladder's texts are what they were."""
    path = write_calls(tmp_path / "calls.pcap")
    _, before = analyse_capture([path], detail=True)
    strip_media(path)
    _, after = analyse_capture([path], detail=True)
    assert before is not None
    assert after is not None
    assert after.ladders == before.ladders


@pytest.mark.parametrize("big", [False, True])
def test_packets_keep_the_length_that_they_had(tmp_path: Path, big: bool) -> None:
    """Of both byte orders: a frame that the snap length had cut keeps its length on the wire."""
    path = tmp_path / "cut.pcap"
    whole = ethernet(b"\x45" + bytes(19) + bytes(300))
    path.write_bytes(pcap_octets([(5, whole)], big=big, snaplen=100))
    strip_media(path)
    written = path.read_bytes()
    at = written.index(whole[:100])
    assert int.from_bytes(written[at - 4 : at], "little") == len(whole)
    assert int.from_bytes(written[at - 8 : at - 4], "little") == 100


def test_a_pcapng_file_keeps_its_drops_and_link_types(tmp_path: Path) -> None:
    """What dumpcap counted as dropped still stands there, and interfaces are told apart."""
    path = tmp_path / "two.pcapng"
    timed = frames(voice(40))
    raw = [packet_block(time_ns // 1000, frame[14:], 1) for time_ns, frame in timed[20:]]
    ether = [packet_block(time_ns // 1000, frame, 0) for time_ns, frame in timed[:20]]
    path.write_bytes(
        b"".join(
            [section_block(), interface_block(), interface_block(link=101), *ether, *raw,
             statistics_block(7), block(0xBAD, b"whatever")]
        )
    )  # fmt: skip
    before = unheard(path)
    assert before.info.dropped_packets == 7
    assert strip_media(path) == 40
    assert unheard(path) == before


def test_the_file_is_private_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    """Mode 0600 whatever it was, and no temporary file."""
    path = write_calls(tmp_path / "calls.pcap")
    path.chmod(0o644)
    strip_media(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_capture_stays_as_it_is(tmp_path: Path) -> None:
    """A file that is none is refused, untouched."""
    path = tmp_path / "notes.txt"
    path.write_text("no capture at all, but some words")
    with pytest.raises(CaptureError, match="neither pcap nor pcapng"):
        strip_media(path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text().startswith("no capture")


def test_digits_are_cut_too(tmp_path: Path) -> None:
    """A telephone event says which key was pressed: its payload does not stay."""
    path = tmp_path / "digits.pcap"
    pressed = b"\x05\x8a\x03\x20"
    events = [Rtp(10**18 + n * 10**7, n, 0, payload_type=101, payload=pressed) for n in range(5)]
    path.write_bytes(pcap_octets(frames(events)))
    assert strip_media(path) == 5
    assert pressed not in path.read_bytes()


@pytest.mark.integration
def test_tshark_reads_the_same_streams(tmp_path: Path) -> None:
    """Wireshark's own dissector: packets, losses and jitter of every stream as before."""
    path = write_calls(tmp_path / "calls.pcap")
    before = streams_of(path)
    strip_media(path)
    assert len(before) == 4
    assert streams_of(path) == before
