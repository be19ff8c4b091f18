"""Every figure of a stream against captures whose truth is known by construction."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pcaps import TimedFrame
from support.readings import call_frames, read
from support.sip import sdp
from support.truth import capture
from support.truth.account import Played, play
from support.truth.capture import CONTAINERS, Container
from support.truth.compare import differences
from support.truth.dice import thrown
from support.truth.plan import (
    G722,
    G729,
    OPUS,
    PCMA,
    PCMA_30MS,
    PCMU,
    PCMU_10MS,
    Format,
    GilbertElliott,
    Jitter,
    Pause,
    Spikes,
    StreamPlan,
)

from voipprobe.capture.analysis import analyse
from voipprobe.capture.rtp.build import to_stream
from voipprobe.model.stream import Stream

PLAIN = StreamPlan()
IMPAIRMENTS = {
    "nothing": PLAIN,
    "random loss": replace(PLAIN, loss=0.05),
    "half of it lost": replace(PLAIN, loss=0.5),
    "bursty loss": replace(PLAIN, burst_loss=GilbertElliott()),
    "duplicates": replace(PLAIN, duplicates=0.1),
    "reordering": replace(PLAIN, swaps=0.1),
    "uniform jitter": replace(PLAIN, jitter=Jitter(shape="uniform", scale_ms=15)),
    "exponential jitter": replace(PLAIN, jitter=Jitter(shape="exponential", scale_ms=20)),
    "pareto jitter": replace(PLAIN, jitter=Jitter(shape="pareto", scale_ms=8)),
    "normal jitter": replace(PLAIN, jitter=Jitter(shape="normal", scale_ms=12)),
    "spikes": replace(PLAIN, spikes=Spikes()),
    "sequence wrap": replace(PLAIN, first_sequence=65_400, loss=0.05, swaps=0.1),
    "timestamp wrap": replace(PLAIN, first_timestamp=2**32 - 16_000, swaps=0.1),
    "restarts": replace(PLAIN, restarts=(150, 300)),
    "fast clock": replace(PLAIN, ticks=900, drift_ppm=350.0),
    "slow clock": replace(PLAIN, ticks=900, drift_ppm=-350.0),
    "digits": replace(PLAIN, digits=(100, 115, 250)),
    "silences": replace(PLAIN, pauses=(Pause(tick=100), Pause(tick=240))),
    "silences without noise": replace(PLAIN, pauses=(Pause(tick=100),), noise=False),
    "several codecs": replace(PLAIN, formats=(PCMU, PCMA, G729), format_ticks=60),
}
WORST = StreamPlan(
    ticks=1500,
    formats=(PCMU, PCMA),
    first_sequence=65_000,
    first_timestamp=2**32 - 99_000,
    drift_ppm=120.0,
    digits=(60, 75, 700),
    pauses=(Pause(tick=200), Pause(tick=520), Pause(tick=1300)),
    restarts=(400, 1000),
    loss=0.01,
    burst_loss=GilbertElliott(),
    duplicates=0.03,
    swaps=0.05,
    jitter=Jitter(shape="pareto", scale_ms=6),
    spikes=Spikes(),
)


def found(
    folder: Path, played: Played, container: Container = "pcap", ipv6: bool = False
) -> Stream:
    """The one stream that a plan makes in a capture."""
    frames = capture.frames(played, ipv6=ipv6)
    (stream,) = read(capture.write(folder / "one.capture", frames, container)).streams
    assert stream.strays == 0
    return to_stream(stream)


@pytest.mark.parametrize("name", IMPAIRMENTS)
def test_each_impairment_alone_is_measured_exactly(tmp_path: Path, name: str) -> None:
    """Over five seeds, so that no figure is right by luck."""
    for seed in range(5):
        played = play(replace(IMPAIRMENTS[name], seed=seed))
        assert differences(found(tmp_path, played), played.truth) == {}, seed


@pytest.mark.parametrize("hundred", range(2))
def test_whatever_comes_together_is_measured_exactly(tmp_path: Path, hundred: int) -> None:
    """Two hundred plans by chance: every impairment meets every other."""
    for seed in range(100 * hundred, 100 * hundred + 100):
        played = play(thrown(seed))
        assert differences(found(tmp_path, played), played.truth) == {}, played.plan


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("ipv6", [False, True])
def test_the_truth_does_not_depend_on_the_file(
    tmp_path: Path, container: Container, ipv6: bool
) -> None:
    """Everything at once, in each byte order and resolution, over both versions of IP."""
    played = play(WORST)
    assert differences(found(tmp_path, played, container, ipv6=ipv6), played.truth) == {}


@pytest.mark.parametrize("voice", [G729, G722, PCMU_10MS, PCMA_30MS])
def test_every_packetisation_and_clock_gives_the_same_truth(tmp_path: Path, voice: Format) -> None:
    """G.722's clock is half its sampling rate (RFC 3551 4.5.2)."""
    played = play(replace(WORST, formats=(voice,)))
    assert differences(found(tmp_path, played), played.truth) == {}


def test_a_dynamic_codec_is_timed_by_the_clock_that_sdp_names(tmp_path: Path) -> None:
    """Opus at 48 kHz in a whole call, through the same entry point as the command."""
    played = play(replace(WORST, formats=(OPUS,)))
    source, target = capture.ends(0)
    attributes = ["rtpmap:111 opus/48000/2", "rtpmap:101 telephone-event/48000"]
    offer, answer = (
        sdp(port, address=address, attributes=attributes, formats="111 101")
        for address, port in (source, target)
    )
    timed = sorted(capture.frames(played) + call_frames(offer, answer, talk_ms=60_000))
    (stream,) = analyse([capture.write(tmp_path / "call.pcap", timed)]).streams
    assert (stream.codec, stream.clock_rate_hz, stream.call_id) == ("opus", 48000, "call-1")
    assert differences(stream, played.truth) == {}


@pytest.mark.parametrize("buffer_ms", [0.0, 25.0, 200.0])
def test_discards_are_exact_for_any_fixed_buffer(tmp_path: Path, buffer_ms: float) -> None:
    """And the bursts that they make with the losses."""
    played = play(WORST, buffer_ms)
    path = capture.write(tmp_path / "one.pcap", capture.frames(played))
    (stream,) = read(path, buffer_ms=buffer_ms).streams
    assert differences(to_stream(stream), played.truth) == {}


def test_a_clock_is_measured_to_one_ppm_in_half_a_minute(tmp_path: Path) -> None:
    """As it was planned, through jitter of a millisecond."""
    jitter = Jitter(shape="uniform", scale_ms=1)
    for drift_ppm in (-200.0, -5.0, 0.0, 40.0, 500.0):
        played = play(replace(PLAIN, ticks=1500, drift_ppm=drift_ppm, jitter=jitter))
        assert found(tmp_path, played).drift_ppm == pytest.approx(drift_ppm, abs=5.0)
        still = play(replace(PLAIN, ticks=1500, drift_ppm=drift_ppm))
        assert found(tmp_path, still).drift_ppm == pytest.approx(drift_ppm, abs=1.0)


def test_long_streams_stay_exact_where_percentiles_are_sketched(tmp_path: Path) -> None:
    """Counts, means and maxima of two minutes across the sequence wrap; only p95 is a sketch."""
    played = play(replace(WORST, ticks=6000, pauses=(*WORST.pauses, Pause(tick=4000))))
    assert len(played.truth.jitter_ms) > 2048
    assert differences(found(tmp_path, played), played.truth) == {}


def test_400_streams_at_once_are_each_measured_exactly(tmp_path: Path) -> None:
    """Interleaved in one capture, IPv4 and IPv6, each with impairments of its own."""
    everything = [play(thrown(1000 + number, ticks=150)) for number in range(400)]
    timed: list[TimedFrame] = []
    for number, played in enumerate(everything):
        timed += capture.frames(played, number, ipv6=number % 3 == 0)
    timed.sort(key=lambda one: one[0])
    path = capture.write(tmp_path / "all.pcap", timed)
    streams = {stream.source.port: stream for stream in read(path).streams}
    assert len(streams) == len(everything)
    for number, played in enumerate(everything):
        source, _ = capture.ends(number)
        assert differences(to_stream(streams[source[1]]), played.truth) == {}, played.plan
