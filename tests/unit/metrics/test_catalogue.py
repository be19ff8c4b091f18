"""The one list of metrics: whole, without doubles, and published."""

from support import samples
from support.measured_rounds import AT, PATH

from voipprobe.agent.service.pulse import Counters, pulse
from voipprobe.metrics.catalogue import (
    AGENT,
    CATALOGUE,
    STATISTICS,
    SUBJECTS,
    Kind,
    Unit,
)
from voipprobe.metrics.catalogue import (
    PATH as OF_A_PATH,
)
from voipprobe.metrics.from_probe import iperf_measurements, probe_measurements
from voipprobe.model.call import Outcome
from voipprobe.model.directions import StreamDirections
from voipprobe.model.summary import DelaySummary


def published() -> set[str]:
    """Every metric that something of ours publishes, where there is something to say."""
    outcomes = [
        samples.failed_call(outcome=outcome)
        for outcome in (Outcome.BUSY, Outcome.REJECTED, Outcome.FAILED, Outcome.TIMEOUT,
                        Outcome.CANCELLED)
    ]  # fmt: skip
    register = samples.call(method="REGISTER", rrd_ms=3.0)
    result = samples.probe_result(
        calls=(samples.call(), register, *outcomes),
        signalling=samples.signalling(rrd_ms=DelaySummary(n=1, mean=3.0)),
    )
    both = StreamDirections(call_id="1", ssrc="0x1", sent=10, arrived=9, returned=9, received=8)
    far = probe_measurements(result, PATH, [both])
    own = pulse("us-east-1", AT, Counters(late=1, skipped=1, publish_failures=1, spool_dropped=1,
                                          captures_dropped=1), Counters())  # fmt: skip
    network = iperf_measurements(samples.iperf_result(), PATH, AT)
    return {one.metric for one in (*far, *own, *network)}


def test_the_catalogue_is_what_is_published() -> None:
    """Nothing is published that no dashboard knows, nothing is promised that never comes."""
    assert published() == set(CATALOGUE)


def test_no_name_is_there_twice() -> None:
    """A dictionary would hide it."""
    assert sum(len(metrics) for metrics in SUBJECTS.values()) == len(CATALOGUE)
    assert all(name == metric.name for name, metric in CATALOGUE.items())


def test_names_are_words_for_cloudwatch() -> None:
    assert all(name.isascii() and name.isalnum() for name in CATALOGUE)
    assert all(name[0].isupper() for name in CATALOGUE)


def test_dimensions_are_those_of_a_path_or_of_an_agent() -> None:
    for subject, metrics in SUBJECTS.items():
        expected = AGENT if subject == "agent" else OF_A_PATH
        assert {metric.dimensions for metric in metrics} == {expected}


def test_distributions_have_buckets_and_others_none() -> None:
    """In rising order, as histograms need them."""
    for metric in CATALOGUE.values():
        assert bool(metric.buckets) == (metric.kind is Kind.DISTRIBUTION), metric.name
        assert list(metric.buckets) == sorted(set(metric.buckets)), metric.name


def test_only_counters_are_sparse() -> None:
    """No sample means zero only of what is counted."""
    assert all(one.kind is Kind.COUNTER for one in CATALOGUE.values() if one.sparse)
    assert all(one.unit is Unit.COUNT for one in CATALOGUE.values() if one.kind is Kind.COUNTER)


def test_every_metric_says_what_a_sample_is_in_one_line() -> None:
    for metric in CATALOGUE.values():
        assert 10 < len(metric.meaning) < 100
        assert "\n" not in metric.meaning
        assert STATISTICS[metric.kind]
