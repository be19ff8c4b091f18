"""The text of /metrics, judged by the parser of the Prometheus project."""

import math

import pytest
from prometheus_client.samples import Sample
from support.measured_rounds import AT, DIMENSIONS, measurement
from support.openmetrics import families

from voipprobe.agent.expose.openmetrics import exposed_name, exposition
from voipprobe.agent.expose.tally import Tally
from voipprobe.metrics.catalogue import AGENT, CATALOGUE, Kind, Unit
from voipprobe.model.measurement import Measurement


def samples(tally: Tally) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by name and labels; the parser is strict and raises on any fault of form."""
    found: list[Sample] = [
        sample for family in families(exposition(tally)) for sample in family.samples
    ]
    by_key = {(one.name, tuple(sorted(one.labels.items()))): one.value for one in found}
    assert len(by_key) == len(found), "a series is there twice"
    return by_key


def labels(**more: str) -> tuple[tuple[str, str], ...]:
    every = {"source": "us-east-1", "destination": "us-west-2", "scenario": "call", **more}
    return tuple(sorted(every.items()))


def test_nothing_measured_is_an_empty_exposition() -> None:
    assert exposition(Tally()) == "# EOF\n"
    assert samples(Tally()) == {}


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_metric_of_the_catalogue_is_valid_openmetrics(name: str) -> None:
    """Type, unit, help, names and, of histograms, the buckets."""
    metric = CATALOGUE[name]
    dimensions = tuple((key, "x") for key in metric.dimensions)
    tally = Tally()
    tally.add([Measurement(metric=name, dimensions=dimensions, at=AT,
                           samples=((0.0, 1), (17.3, 2), (1e12, 1)))])  # fmt: skip
    (family,) = families(exposition(tally))
    assert family.name == exposed_name(metric)
    assert family.documentation == metric.meaning
    kinds = {Kind.COUNTER: "counter", Kind.GAUGE: "gauge", Kind.DISTRIBUTION: "histogram"}
    assert family.type == kinds[metric.kind]
    assert family.name.startswith("voipprobe_")


def test_no_two_metrics_have_one_name() -> None:
    assert len({exposed_name(metric) for metric in CATALOGUE.values()}) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("RoundTrip", "voipprobe_round_trip_seconds"),
        ("SER", "voipprobe_ser_ratio"),
        ("MOS", "voipprobe_mos"),
        ("SipMessages", "voipprobe_sip_messages"),
        ("IperfThroughput", "voipprobe_iperf_throughput_bits_per_second"),
        ("PacketLoss", "voipprobe_packet_loss_ratio"),
    ],
)
def test_names_are_as_prometheus_users_expect(metric: str, name: str) -> None:
    assert exposed_name(CATALOGUE[metric]) == name


def test_values_are_in_base_units() -> None:
    """Milliseconds become seconds, percent becomes a ratio of 0 to 1."""
    tally = Tally()
    tally.add([
        measurement(250.0, metric="RoundTrip", times=2),
        measurement(2.5, metric="PacketLoss"),
        measurement(3.0),
        measurement(17.0, metric="SpoolDepth"),
    ])  # fmt: skip
    found = samples(tally)
    assert found["voipprobe_round_trip_seconds_sum", labels()] == pytest.approx(0.5)
    assert found["voipprobe_round_trip_seconds_count", labels()] == 2
    assert found["voipprobe_round_trip_seconds_bucket", labels(le="0.2")] == 0
    assert found["voipprobe_round_trip_seconds_bucket", labels(le="0.3")] == 2
    assert found["voipprobe_packet_loss_ratio_sum", labels()] == pytest.approx(0.025)
    assert found["voipprobe_packet_loss_ratio_bucket", labels(le="0.02")] == 0
    assert found["voipprobe_packet_loss_ratio_bucket", labels(le="0.03")] == 1
    assert found["voipprobe_call_attempts_total", labels()] == 3
    assert found["voipprobe_spool_depth", labels()] == 17


def test_buckets_add_up() -> None:
    """Each holds all that are below it, and the last one everything."""
    tally = Tally()
    metric = CATALOGUE["MOS"]
    for value in (1.0, 3.0, 3.59, 3.6, 4.4, 5.0):
        tally.add([measurement(value, metric="MOS")])
    found = samples(tally)
    for bound in metric.buckets:
        expected = sum(value <= bound for value in (1.0, 3.0, 3.59, 3.6, 4.4, 5.0))
        assert found["voipprobe_mos_bucket", labels(le=str(bound))] == expected
    assert found["voipprobe_mos_bucket", labels(le="+Inf")] == 6


def test_labels_are_escaped() -> None:
    """Names are checked at the door; whatever comes through must not become a line of its own."""
    odd = 'a"b\\c\nd'
    tally = Tally()
    tally.add([Measurement(metric="Heartbeat", dimensions=((AGENT[0], odd),), at=AT,
                           samples=((1.0, 1),))])  # fmt: skip
    assert samples(tally) == {("voipprobe_heartbeat_total", (("source", odd),)): 1.0}


def test_large_and_small_numbers_keep_their_value() -> None:
    """A counter of a year of packets is above a million, of which no digit may be lost."""
    tally = Tally()
    tally.add([measurement(123_456_789_012.0), measurement(0.004, metric="Jitter")])
    found = samples(tally)
    assert found["voipprobe_call_attempts_total", labels()] == 123_456_789_012
    assert math.isclose(found["voipprobe_jitter_seconds_sum", labels()], 4e-6)


def test_units_of_the_catalogue_are_all_known() -> None:
    assert {metric.unit for metric in CATALOGUE.values()} <= set(Unit)


def test_series_of_one_metric_stand_together() -> None:
    tally = Tally()
    for destination in ("b", "a"):
        dimensions = (DIMENSIONS[0], ("Destination", destination), DIMENSIONS[2])
        for name in ("Jitter", "Rounds"):
            tally.add([Measurement(metric=name, dimensions=dimensions, at=AT,
                                   samples=((1.0, 1),))])  # fmt: skip
    assert [family.name for family in families(exposition(tally))] == [
        "voipprobe_jitter_seconds", "voipprobe_rounds",
    ]  # fmt: skip
