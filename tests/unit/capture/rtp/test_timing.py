"""Jitter, delay variation, deltas, drift: against a plain computation over the same packets."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from support.pcaps import START_NS, TICK_NS, Rtp, by_arrival, voice
from support.readings import read_rtp

MICROSECOND_MS = 0.001


def _plain_jitter(packets: list[Rtp], clock_hz: int = 8000) -> list[float]:
    """RFC 3550 6.4.1, word for word, over packets in order of arrival [ms]."""
    readings, jitter = [], 0.0
    for before, packet in pairwise(packets):
        arrival = (packet.time_ns - before.time_ns) * clock_hz / 1e9
        jitter += (abs(arrival - (packet.timestamp - before.timestamp)) - jitter) / 16
        readings.append(jitter * 1000 / clock_hz)
    return readings


@pytest.mark.parametrize("width_ms", [0.1, 3.0, 15.0, 90.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_jitter_is_that_of_rfc_3550_in_order_of_arrival(
    tmp_path: Path, width_ms: float, seed: int
) -> None:
    """Mean, 95th percentile and maximum, reordered packets included."""
    packets = by_arrival(voice(1500, jitter_ms=width_ms, seed=seed, timestamp=(1 << 32) - 80000))
    jitter = read_rtp(tmp_path, packets).jitter_ms
    truth = _plain_jitter(packets)
    assert jitter.mean == pytest.approx(np.mean(truth), abs=MICROSECOND_MS)
    assert jitter.p95 == pytest.approx(np.percentile(truth, 95), abs=MICROSECOND_MS)
    assert jitter.max == pytest.approx(max(truth), abs=MICROSECOND_MS)


def test_a_long_stream_keeps_mean_and_maximum_exact_and_percentiles_close(tmp_path: Path) -> None:
    """Beyond the exact samples percentiles come from a histogram, right to 0.8 %."""
    packets = by_arrival(voice(9000, jitter_ms=15))
    stream = read_rtp(tmp_path, packets)
    truth = _plain_jitter(packets)
    assert stream.jitter_ms.mean == pytest.approx(np.mean(truth), abs=MICROSECOND_MS)
    assert stream.jitter_ms.max == pytest.approx(max(truth), abs=MICROSECOND_MS)
    assert stream.jitter_ms.p95 == pytest.approx(np.percentile(truth, 95), rel=0.008)
    arrivals = np.array([p.time_ns for p in packets])
    variation = np.abs(np.diff(arrivals) - TICK_NS) / 1e6
    assert stream.ipdv_ms.n == len(variation)
    assert stream.ipdv_ms.mean == pytest.approx(variation.mean(), abs=MICROSECOND_MS)
    for name, percent in (("p50", 50), ("p95", 95), ("p99", 99)):
        truth_ms = np.percentile(variation, percent)
        assert getattr(stream.ipdv_ms, name) == pytest.approx(truth_ms, rel=0.008)


def test_delay_variation_compares_neighbours_in_sequence_only(tmp_path: Path) -> None:
    """RFC 3393: across a loss there is no pair of consecutive packets."""
    packets = voice(10)
    late = packets[5]._replace(time_ns=packets[5].time_ns + 7_000_000)
    stream = read_rtp(tmp_path, [*packets[:3], packets[4], late, *packets[6:]])
    assert stream.ipdv_ms.n == 7
    assert stream.ipdv_ms.max == 7.0


def test_one_spike_moves_jitter_by_a_sixteenth(tmp_path: Path) -> None:
    """200 ms late moves J by 12.5 ms, as the reference says."""
    packets = voice(10)
    spike = packets[9]._replace(time_ns=packets[9].time_ns + 200_000_000)
    assert read_rtp(tmp_path, [*packets[:9], spike]).jitter_ms.max == pytest.approx(12.5)


def test_five_packets_lost_in_a_row_leave_jitter_at_zero_and_show_as_delta(
    tmp_path: Path,
) -> None:
    """Jitter is blind to it; the longest gap is not."""
    packets = voice(20)
    stream = read_rtp(tmp_path, packets[:8] + packets[13:])
    assert (stream.jitter_ms.max, stream.delta_max_ms) == (0.0, 120.0)


def _after_pause(packets: list[Rtp], at: int, *, marker: bool) -> list[Rtp]:
    """Two seconds of silence before one packet; timestamps run on, sequence does not."""
    rest = [
        p._replace(time_ns=p.time_ns + 2 * 10**9, timestamp=p.timestamp + 16000)
        for p in packets[at:]
    ]
    return [*packets[:at], rest[0]._replace(marker=marker), *rest[1:]]


@pytest.mark.parametrize("marker", [True, False])
def test_silence_between_talkspurts_is_no_delta(tmp_path: Path, marker: bool) -> None:
    """With a marker, and without one where the timestamp alone tells of the pause."""
    stream = read_rtp(tmp_path, _after_pause(voice(100), 50, marker=marker))
    assert (stream.delta_max_ms, stream.jitter_ms.max, stream.discarded) == (20.0, 0.0, 0)


def test_comfort_noise_has_no_timing_and_ends_the_talkspurt(tmp_path: Path) -> None:
    """A noise packet late by a second says nothing of the network."""
    packets = _after_pause(voice(100), 51, marker=False)
    noise = packets[50]._replace(
        payload_type=13, payload=b"\x40", time_ns=packets[50].time_ns + 10**9
    )
    stream = read_rtp(tmp_path, [*packets[:50], noise, *packets[51:]])
    assert (stream.jitter_ms.max, stream.delta_max_ms, stream.lost) == (0.0, 20.0, 0)
    assert (stream.payload_type, stream.payload_types) == (0, {0: 99, 13: 1})


def test_telephone_events_do_not_move_jitter(tmp_path: Path) -> None:
    """All packets of an event share one timestamp: counted in, they triple the maximum."""
    packets = voice(100, jitter_ms=3)
    event = [
        p._replace(payload_type=101, payload=b"\1\2\3\4", timestamp=packets[50].timestamp)
        for p in packets[50:58]
    ]
    stream = read_rtp(tmp_path, [*packets[:50], *event, *packets[58:]])
    voice_only = _plain_jitter(packets[:50] + packets[58:])
    assert stream.jitter_ms.max == pytest.approx(max(voice_only), abs=MICROSECOND_MS)
    assert stream.jitter_ms.mean == pytest.approx(np.mean(voice_only), abs=MICROSECOND_MS)
    assert max(_plain_jitter([*packets[:50], *event, *packets[58:]])) > 2 * max(voice_only)
    assert (stream.lost, stream.discarded, stream.payload_type) == (0, 0, 0)


@pytest.mark.parametrize("ppm", [-200.0, 0.0, 50.0])
def test_drift_is_found_with_its_sign_under_jitter(tmp_path: Path, ppm: float) -> None:
    """Positive: the sender's clock runs fast."""
    packets = by_arrival(voice(3000, drift_ppm=ppm, jitter_ms=2))
    assert read_rtp(tmp_path, packets).drift_ppm == pytest.approx(ppm, abs=5)


def test_drift_survives_a_restart(tmp_path: Path) -> None:
    """A new timestamp origin is no drift."""
    after = voice(
        1500, sequence=40000, timestamp=99, start_ns=START_NS + 1500 * TICK_NS, drift_ppm=100
    )
    stream = read_rtp(tmp_path, voice(1500, drift_ppm=100) + after)
    assert stream.restarts == 1
    assert stream.drift_ppm == pytest.approx(100, abs=5)


def test_drift_is_unknown_below_ten_seconds(tmp_path: Path) -> None:
    """500 packets of 20 ms span not quite 10 s."""
    assert read_rtp(tmp_path, voice(500)).drift_ppm is None
    assert read_rtp(tmp_path, voice(505)).drift_ppm == pytest.approx(0.0)


@pytest.mark.parametrize(("step", "tick_ms"), [(80, 10), (160, 20), (240, 30)])
def test_ptime_is_the_usual_timestamp_step(tmp_path: Path, step: int, tick_ms: int) -> None:
    """Losses make larger steps, which must not win."""
    packets = voice(100, step=step, tick_ns=tick_ms * 10**6)
    kept = [p for i, p in enumerate(packets) if i % 4]
    assert read_rtp(tmp_path, kept).ptime_ms == tick_ms


def test_an_unknown_clock_leaves_timing_unknown_and_counts_known(tmp_path: Path) -> None:
    """A dynamic payload type without SDP has no clock rate to measure with."""
    packets = voice(600, payload_type=97, jitter_ms=3)
    stream = read_rtp(tmp_path, packets[:300] + packets[301:])
    assert (stream.packets, stream.lost) == (599, 1)
    assert (stream.jitter_ms.mean, stream.discarded, stream.ptime_ms) == (None, None, None)
    assert (stream.drift_ppm, stream.codec, stream.clock_rate_hz) == (None, None, None)
