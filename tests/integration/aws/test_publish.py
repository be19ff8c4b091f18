"""What an agent publishes, and what is read back over HTTP from moto."""

import math
import time

import pytest
from support.faulty_proxy import DENIED, FaultyProxy
from support.measurements import NAMESPACE, expected, measurement, one_round
from support.moto import Moto

from voipprobe.aws.metrics.datum import data_of, minute_s
from voipprobe.aws.metrics.limits import Limits
from voipprobe.aws.metrics.publisher import CloudWatchPublisher
from voipprobe.aws.metrics.read import SERIES_A_REQUEST, Series, read_series
from voipprobe.aws.metrics.wire import guard
from voipprobe.aws.session import client
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.errors import CloudError
from voipprobe.model.measurement import Measurement

NOW = time.time()
STATISTICS = ("Sum", "Minimum", "Maximum", "SampleCount")


def published(measurements: list[Measurement]) -> int:
    """Publish all; returns in how many requests."""
    publisher = CloudWatchPublisher(NAMESPACE)
    outcome = publisher.publish(measurements)
    publisher.close()
    assert outcome.delivered == tuple(range(len(measurements)))
    assert outcome.retry_after_s is None
    return outcome.requests


@pytest.mark.usefixtures("moto")
def test_the_statistics_that_are_read_back_are_the_runs_own() -> None:
    """Sum, Minimum, Maximum and SampleCount of each metric, through GetMetricData."""
    given = one_round(NOW)
    published(given)
    wanted = [Series(one.metric, one.dimensions, stat) for one in given for stat in STATISTICS]
    start = minute_s(NOW)
    found = read_series(NAMESPACE, wanted, start=start, end=start + 60)
    for one in given:
        values = [value for value, times in one.samples for _ in range(times)]
        read = [found[Series(one.metric, one.dimensions, stat)] for stat in STATISTICS]
        assert [at for ((at, _),) in read] == [start] * 4
        (total, *others) = [value for ((_, value),) in read]
        assert total == pytest.approx(one.total, rel=1e-12)  # moto adds in another order
        assert others == [min(values), max(values), one.count]


def test_every_sample_is_kept_exactly(moto: Moto) -> None:
    """Floats to the last bit, with the unit and dimensions of the catalogue."""
    given = one_round(NOW, paths=3, calls=20)
    published(given)
    assert moto.kept() == expected(given)


def test_percentiles_of_what_is_stored_are_those_of_the_samples(moto: Moto) -> None:
    """Also of more samples than one datum holds, some of which occur often."""
    values = [float(round(100 * abs(math.sin(n)), 1)) for n in range(1000)]
    given = [measurement("Jitter", values, NOW)]
    published(given)
    ((_, stored),) = moto.kept().items()
    kept = sorted(stored.elements())
    assert len(stored) > 150
    for rank in (5, 50, 95, 99):
        assert kept[rank * 10] == sorted(values)[rank * 10]
    assert kept == sorted(values)


def test_measurements_of_one_minute_add_up(moto: Moto) -> None:
    """Two rounds in a minute and one in the next: the multiset union of each minute."""
    start = minute_s(NOW) - 120
    given = [measurement("MOS", values, at) for values, at in (
        ([4.1, 4.2, 4.1], start + 1), ([4.1, 3.0], start + 59.9), ([4.4], start + 60),
    )]  # fmt: skip
    published(given)
    assert moto.kept() == expected(given)
    assert sum(one.total() for one in moto.kept().values()) == 6


def test_an_agent_with_twelve_paths_sends_one_request_a_minute(proxy: FaultyProxy) -> None:
    given = one_round(NOW, paths=12)
    assert published(given) == 1
    (seen,) = proxy.seen
    assert seen.data == len(given)
    assert seen.wire_bytes < seen.body_bytes / 3  # botocore compresses


def test_old_measurements_keep_their_own_time(moto: Moto) -> None:
    """A backlog of thirteen days, in one go."""
    given = [measurement("CallAttempts", [n], NOW - n * 3600.0 - 1) for n in range(1, 13 * 24)]
    assert published(given) == 1
    assert moto.kept() == expected(given)


def test_more_series_than_one_request_reads_are_read_in_several(proxy: FaultyProxy) -> None:
    given = one_round(NOW, paths=18, calls=1)
    published(given)
    wanted = [Series(one.metric, one.dimensions, "Maximum") for one in given]
    start = minute_s(NOW)
    found = read_series(NAMESPACE, wanted, start=start, end=start + 60)
    assert len(wanted) > SERIES_A_REQUEST
    assert [one.operation for one in proxy.seen].count("GetMetricData") == 2
    for one, series in zip(given, wanted, strict=True):
        assert found[series] == ((start, one.samples[-1][0]),)


@pytest.mark.usefixtures("moto")
def test_a_series_without_data_has_no_points() -> None:
    """Undefined is no datapoint, and reading it is no error."""
    series = Series("MOS", (("Source", "a"), ("Destination", "b"), ("Scenario", "c")), "Sum")
    start = minute_s(NOW)
    assert read_series(NAMESPACE, [series], start=start, end=start + 60) == {series: ()}


def test_a_percentile_is_asked_of_cloudwatch(proxy: FaultyProxy) -> None:
    """moto cannot compute one and answers HTTP 500 with a page: one line of ours."""
    given = measurement("MOS", [4.0], NOW)
    published([given])
    start = minute_s(NOW)
    with pytest.raises(CloudError, match=r"^GetMetricData in us-east-1: [^\n]*$") as refused:
        read_series(NAMESPACE, [Series("MOS", given.dimensions, "p95")], start=start,
                    end=start + 60)  # fmt: skip
    assert refused.value.retryable
    assert proxy.seen[-1].operation == "GetMetricData"


def test_a_reader_with_too_few_rights_is_told(proxy: FaultyProxy) -> None:
    proxy.plan(DENIED)
    with pytest.raises(CloudError, match=r"access denied .*voipprobe cloudwatch iam"):
        read_series(NAMESPACE, [Series("MOS", (), "Sum")], start=0, end=60)


def test_a_request_that_is_too_big_as_written_does_not_leave(proxy: FaultyProxy) -> None:
    """Weighed after botocore wrote it and before it compresses it: to the byte."""
    (datum,) = data_of(measurement("MOS", [4.0], NOW))
    line = client("cloudwatch")
    line.put_metric_data(Namespace=NAMESPACE, MetricData=[datum])
    size = proxy.seen[0].body_bytes
    guard(line, Limits(request_bytes=size))
    line.put_metric_data(Namespace=NAMESPACE, MetricData=[datum])
    guard(line, Limits(request_bytes=size - 1))
    with pytest.raises(CloudError, match=rf"request of {size} bytes, at most {size - 1}"):
        line.put_metric_data(Namespace=NAMESPACE, MetricData=[datum])
    line.close()
    assert len(proxy.seen) == 2


def test_the_whole_catalogue_can_be_published(moto: Moto) -> None:
    """Each metric with its unit: none that CloudWatch or the validator does not know."""
    published([measurement(name, [1.0], NOW) for name in CATALOGUE])
    assert {kept.metric for kept in moto.kept()} == set(CATALOGUE)
