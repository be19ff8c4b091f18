"""What a hostile or huge capture can make the tables do: nothing beyond their bounds."""

from collections.abc import Iterator
from pathlib import Path

from support.pcaps import START_NS, Rtp, TimedFrame, frames, pcap_octets, voice
from support.readings import ignore, read

from voipprobe.capture.reading import ReadingOptions, read_capture


def _bogus(count: int, packets_each: int) -> Iterator[TimedFrame]:
    """Streams of a few packets each, every one with an SSRC of its own."""
    template = frames([Rtp(START_NS, 0, 0, payload=b"")])[0][1]
    head = template[:42]
    for ssrc in range(count):
        for sequence in range(packets_each):
            rtp = b"\x80\0" + sequence.to_bytes(2, "big") + b"\0" * 4 + ssrc.to_bytes(4, "big")
            yield START_NS, head + rtp


def test_an_ssrc_seen_once_is_no_stream(tmp_path: Path) -> None:
    """Candidates come and go; the real stream among them is found and the rest reported."""
    path = tmp_path / "bogus.pcap"
    real = frames(voice(100, ssrc=0xFFFFFFFF))
    path.write_bytes(pcap_octets([*_bogus(100_000, 1), *real]))
    reading = read(path)
    assert [(s.packets, s.lost) for s in reading.streams] == [(100, 0)]
    assert reading.info.undecoded_packets == 100_000
    assert reading.overflow_packets == 0


def test_streams_beyond_the_most_that_are_kept_are_counted(tmp_path: Path) -> None:
    """No memory is taken for them, and nobody is told that they were measured."""
    path = tmp_path / "many.pcap"
    path.write_bytes(pcap_octets(_bogus(1005, 2)))
    reading = read_capture([path], on_datagrams=ignore, options=ReadingOptions(max_streams=1000))
    assert len(reading.streams) == 1000
    assert reading.overflow_packets == 5
    assert reading.info.undecoded_packets == 10


def test_streams_that_begin_in_one_moment_are_all_found_from_their_first_packet(
    tmp_path: Path,
) -> None:
    """Thousands of calls packet by packet in turn: no candidate drives another out for ever."""
    path = tmp_path / "turns.pcap"
    streams = list(_bogus(4000, 5))
    turns = [streams[at] for sequence in range(5) for at in range(sequence, len(streams), 5)]
    path.write_bytes(pcap_octets(turns))
    reading = read(path)
    assert [stream.packets for stream in reading.streams] == [5] * 4000
    assert reading.info.undecoded_packets == 0
