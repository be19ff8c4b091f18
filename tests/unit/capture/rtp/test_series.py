"""Streams over time: nothing counted twice, nothing left out, bounded."""

import random
from pathlib import Path

import pytest
from support.pcaps import Rtp, by_arrival, frames, voice, write_pcap
from support.readings import ignore
from support.truth import capture
from support.truth.account import play
from support.truth.dice import thrown

from voipprobe.capture.reading import ReadingOptions, read_capture
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.rtp.tables import PLOT_STEPS
from voipprobe.model.analysis import StreamSeries


def _read(tmp_path: Path, packets: list[Rtp]) -> tuple[RtpStream, StreamSeries]:
    path = write_pcap(tmp_path / "a.pcap", frames(packets))
    options = ReadingOptions(plotted=10)
    reading = read_capture([path], on_datagrams=lambda _: None, options=options)
    return reading.streams[0], reading.series[0]


def _disturbed(count: int, seed: int) -> list[Rtp]:
    """Lost, late, reordered and doubled packets, a restart in the middle, and a wrap."""
    rng = random.Random(seed)  # noqa: S311 - truth must be repeatable
    packets = []
    for i, packet in enumerate(voice(count, sequence=65000, jitter_ms=15, seed=seed)):
        if i > count // 2:
            packet = packet._replace(sequence=packet.sequence + 20000)  # noqa: PLW2901
        if rng.random() < 0.05:
            continue
        late_ns = 90_000_000 if rng.random() < 0.02 else 0
        packets.append(packet._replace(time_ns=packet.time_ns + late_ns))
        if rng.random() < 0.02:
            packets.append(packet._replace(time_ns=packet.time_ns + 3_000_000))
    return by_arrival(packets)


@pytest.mark.parametrize("count", [60, 600, 4000, 20_000])
def test_the_steps_add_up_to_the_stream(tmp_path: Path, count: int) -> None:
    """However often steps were merged, late packets and discards find their step."""
    stream, series = _read(tmp_path, _disturbed(count, seed=count))
    assert sum(series.packets) == stream.packets - stream.strays
    assert sum(series.lost) == stream.lost
    assert sum(series.discarded) == stream.discarded
    assert max(d for d in series.delta_max_ms if d is not None) == pytest.approx(
        stream.delta_max_ms, abs=0.001
    )
    assert len(series.packets) <= PLOT_STEPS
    assert len({len(getattr(series, name)) for name in ("packets", "lost", "jitter_ms")}) == 1


def test_loss_stands_where_it_happened(tmp_path: Path) -> None:
    """20 packets missing at 4 s of 10 s: one step of 100 ms sees the gap and its length."""
    packets = [p for i, p in enumerate(voice(500)) if not 200 <= i < 220]
    _, series = _read(tmp_path, packets)
    assert series.step_s == pytest.approx(0.1)
    assert {step: n for step, n in enumerate(series.lost) if n} == {44: 20}
    assert series.delta_max_ms[44] == pytest.approx(420)
    assert (series.packets[40], series.jitter_ms[40], series.delta_max_ms[40]) == (0, None, None)


def test_discards_stand_where_the_late_packets_came(tmp_path: Path) -> None:
    """They are known hundreds of packets later."""
    packets = [
        p._replace(time_ns=p.time_ns + 200_000_000) if i == 250 else p
        for i, p in enumerate(voice(2000))
    ]
    stream, series = _read(tmp_path, by_arrival(packets))
    assert stream.discarded == 1
    (step,) = (step for step, n in enumerate(series.discarded) if n)
    assert step * series.step_s == pytest.approx(5.2, abs=series.step_s)


def test_the_delay_histogram_starts_at_the_smallest_transit(tmp_path: Path) -> None:
    """The first packet is 30 ms late: the others stand below it, and it 30 ms above them."""
    packets = voice(100)
    packets[0] = packets[0]._replace(time_ns=packets[0].time_ns + 30_000_000)
    _, series = _read(tmp_path, by_arrival(packets))
    assert series.delay_step_ms == 0.5
    assert {at * 0.5: n for at, n in enumerate(series.delay_histogram) if n} == {0: 99, 30: 1}


def test_delays_beyond_the_histogram_stand_in_its_last_place(tmp_path: Path) -> None:
    """Nothing is left out."""
    packets = voice(100)
    packets[50] = packets[50]._replace(time_ns=packets[50].time_ns + 300_000_000)
    _, series = _read(tmp_path, by_arrival(packets))
    assert (len(series.delay_histogram), series.delay_histogram[-1]) == (240, 1)


def test_an_impossible_time_does_no_harm(tmp_path: Path) -> None:
    """A clock that jumps by sixty years merges steps and does not hang."""
    packets = voice(10)
    packets[5:] = [p._replace(time_ns=p.time_ns + 2 * 10**18) for p in packets[5:]]
    _, series = _read(tmp_path, packets)
    assert sum(series.packets) == 10


def test_only_as_many_streams_as_asked_for_are_followed(tmp_path: Path) -> None:
    """The others share one record that nobody writes to."""
    timed = sorted(frame for ssrc in range(1, 6) for frame in frames(voice(20, ssrc=ssrc)))
    path = write_pcap(tmp_path / "a.pcap", timed)
    options = ReadingOptions(plotted=2)
    reading = read_capture([path], on_datagrams=lambda _: None, options=options)
    assert [series.stream for series in reading.series] == [0, 1]
    assert [sum(series.packets) for series in reading.series] == [20, 20]


def test_the_steps_add_up_to_the_truth(tmp_path: Path) -> None:
    """Of plans by chance: restarts, pauses and everything that can come together."""
    for seed in range(60):
        played = play(thrown(seed))
        path = capture.write(tmp_path / "a.pcap", capture.frames(played))
        options = ReadingOptions(plotted=1)
        (series,) = read_capture([path], on_datagrams=ignore, options=options).series
        sums = tuple(sum(getattr(series, name)) for name in ("packets", "lost", "discarded"))
        truth = played.truth
        assert sums == (truth.packets, truth.lost, truth.discarded), seed
