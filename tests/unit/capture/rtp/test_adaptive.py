"""The adaptive playout buffer in the kernel, against the arithmetic that defines it."""

from pathlib import Path

import numpy as np
import pytest
from support.pcaps import Rtp, by_arrival, frames, voice, write_pcap

from voipprobe.capture.reading import ReadingOptions, read_capture
from voipprobe.capture.rtp.adaptive import ADAPTIVE, MARGIN_MS, MAXIMUM_MS
from voipprobe.capture.rtp.build import to_stream
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.quality.playout import adaptive_discards


def _read(tmp_path: Path, packets: list[Rtp]) -> RtpStream:
    path = write_pcap(tmp_path / "a.pcap", frames(packets))
    options = ReadingOptions(buffer_ms=ADAPTIVE)
    (stream,) = read_capture([path], on_datagrams=lambda _: None, options=options).streams
    return stream


def _spiky(count: int) -> list[Rtp]:
    """A jitter of 8 ms, with a spike of 60 to 160 ms every second."""
    packets = voice(count, jitter_ms=8, seed=5)
    for i in range(40, count, 50):
        packets[i] = packets[i]._replace(time_ns=packets[i].time_ns + (60 + i % 100) * 1_000_000)
    return by_arrival(packets)


def test_the_kernel_discards_what_the_arithmetic_discards(tmp_path: Path) -> None:
    """Packet by packet in the kernel, all at once in quality: one rule."""
    packets = _spiky(3000)
    transits = [
        (p.time_ns - packets[0].time_ns) / 1e6 - (p.timestamp - packets[0].timestamp) / 8
        for p in packets
    ]
    late, depth_ms = adaptive_discards(np.array(transits), 20.0, MARGIN_MS, MAXIMUM_MS)
    stream = _read(tmp_path, packets)
    assert late.sum() > 20
    assert stream.discarded == late.sum()
    assert stream.buffer_ms == pytest.approx(depth_ms, abs=0.01)


def test_the_depth_goes_into_delay_and_assumptions(tmp_path: Path) -> None:
    """A clean stream is played from a buffer of the margin alone."""
    stream = to_stream(_read(tmp_path, voice(500)), buffer_ms=ADAPTIVE)
    assert (stream.discarded, stream.quality_model is not None) == (0, True)
    assert stream.quality_model is not None
    assert stream.quality_model.buffer_ms == pytest.approx(MARGIN_MS)
    assert stream.quality_model.one_way_delay_ms == pytest.approx(MARGIN_MS + 20)


def test_without_a_clock_there_is_no_depth_and_no_rating(tmp_path: Path) -> None:
    """An unknown payload type is not timed."""
    stream = to_stream(_read(tmp_path, voice(50, payload_type=111)), buffer_ms=ADAPTIVE)
    assert (stream.discarded, stream.mos) == (None, None)
