"""The names that thresholds use, and where their values come from."""

from support import samples

from voipprobe.model.summary import DelaySummary
from voipprobe.quality.metrics import KNOWN_METRICS, metric_values, received


def test_known_metrics_are_exactly_those_with_values() -> None:
    assert set(metric_values(None, None, [], [])) == set(KNOWN_METRICS)
    full = metric_values(
        samples.signalling(), samples.media(), [samples.stream()], [samples.call()]
    )
    assert set(full) == set(KNOWN_METRICS)


def test_nothing_measured_is_unknown_and_never_zero() -> None:
    assert set(metric_values(None, None, [], []).values()) == {None}


def test_every_metric_is_described_in_one_line() -> None:
    for name, text in KNOWN_METRICS.items():
        assert text, name
        assert "\n" not in text, name
        assert ("_ms" in name) == ("[ms]" in text), name
        assert ("ratio" in name) <= ("(0..1)" in text), name


def test_values_come_from_where_their_name_says() -> None:
    found = metric_values(
        samples.signalling(), samples.media(), [samples.stream()], [samples.call()]
    )
    assert found["ser"] == 0.95
    assert found["attempts"] == 20
    assert found["retransmission_ratio"] == 6 / 126
    assert found["srd_ms.p99"] == 4.4
    assert found["sdd_ms.max"] == 1.9
    assert found["rrd_ms.p50"] is None
    assert found["jitter_ms.p95"] == 0.4
    assert found["sent_jitter_ms.p95"] == 0.05
    assert found["round_trip_ms.mean"] == 0.4
    assert found["mos.p5"] == 4.01
    assert found["loss_ratio"] == 0.02
    assert found["sent_loss_ratio"] == 0.0
    assert found["discarded_ratio"] == 0.0013
    assert found["success_ratio"] == 1.0


def test_per_stream_figures_look_at_received_streams_only() -> None:
    """Our own stream's loss is the generator's, not the target's."""
    streams = [
        samples.stream(loss_ratio=0.02, delta_max_ms=41.0),
        samples.stream(loss_ratio=0.04, delta_max_ms=61.0, ipdv_ms=DelaySummary(n=0)),
        samples.stream(loss_ratio=None, delta_max_ms=None),
        samples.sent_stream(loss_ratio=0.5, delta_max_ms=999.0),
    ]
    found = metric_values(None, None, streams, [])
    assert found["loss_ratio.mean"] == 0.03
    assert found["loss_ratio.max"] == 0.04
    assert found["delta_max_ms.max"] == 61.0
    assert found["ipdv_ms.p95"] == 0.3
    assert found["ipdv_ms.p99"] == 0.5


def test_all_streams_count_where_no_direction_is_known() -> None:
    there = samples.stream(direction=None)
    back = samples.stream(direction=None)
    assert received([there, back]) == (there, back)
    assert received([samples.sent_stream()]) == ()
    assert received([]) == ()
