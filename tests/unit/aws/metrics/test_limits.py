"""Each of CloudWatch's limits on both sides; botocore's service model is a second judge."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest

from voipprobe.aws.metrics.datum import Datum
from voipprobe.aws.metrics.limits import DOCUMENTED, UNITS, limits_of
from voipprobe.aws.metrics.validate import (
    body_mistakes,
    datum_mistakes,
    namespace_mistakes,
    request_mistakes,
)
from voipprobe.metrics.catalogue import CATALOGUE

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TWO_WEEKS, TWO_HOURS = timedelta(days=14), timedelta(hours=2)


@cache
def model() -> Any:
    return botocore.session.get_session().get_service_model("cloudwatch")


def datum(**changed: Any) -> Datum:
    return {
        "MetricName": "MOS", "Dimensions": [{"Name": "Source", "Value": "a"}], "Timestamp": NOW,
        "Values": [4.0], "Counts": [1.0], "Unit": "None", "StorageResolution": 60, **changed,
    }  # fmt: skip


def dimension(name: str = "Source", value: str = "a") -> Datum:
    return datum(Dimensions=[{"Name": name, "Value": value}])


def dimensions(number: int) -> Datum:
    return datum(Dimensions=[{"Name": f"D{n}", "Value": "v"} for n in range(number)])


def values(number: int, counts: int | None = None) -> Datum:
    times = [1.0] * (number if counts is None else counts)
    return datum(Values=[float(n) for n in range(number)], Counts=times)


def test_the_documented_limits_are_those_of_the_service_model() -> None:
    """What botocore's model states (dimensions, lengths, units) is what we wrote down."""
    assert limits_of(model()) == DOCUMENTED
    assert len(UNITS) == 27


def test_a_stricter_service_model_is_obeyed() -> None:
    """A limit that AWS changes comes with botocore, not with us."""

    shape = SimpleNamespace(metadata={"max": 7}, enum=["Count"])
    found = limits_of(SimpleNamespace(shape_for=lambda _name: shape))
    assert (found.dimensions, found.name_chars) == (7, 7)
    assert found.units == frozenset({"Count"})
    assert datum_mistakes(dimensions(8), NOW.timestamp(), found)


def test_every_unit_of_the_catalogue_is_one_of_cloudwatchs() -> None:
    assert {metric.unit.value for metric in CATALOGUE.values()} <= UNITS


BOTH_SIDES: dict[str, tuple[Datum, Datum, str]] = {
    "values": (values(150), values(151), "151 values, not 1 to 150"),
    "no value": (values(1), values(0), "0 values, not 1 to 150"),
    "counts": (values(2, 2), values(2, 1), "1 counts for 2 values"),
    "count": (datum(Counts=[1.0]), datum(Counts=[0.0]), "count 0 is not positive"),
    "dimensions": (dimensions(30), dimensions(31), "31 dimensions, at most 30"),
    "name": (
        datum(MetricName="m" * 255), datum(MetricName="m" * 256),
        "metric name of 256 characters, at most 255",
    ),
    "no name": (datum(MetricName="m"), datum(MetricName=""), "metric name is empty"),
    "dimension name": (
        dimension(name="d" * 255), dimension(name="d" * 256),
        "dimension name of 256 characters, at most 255",
    ),
    "dimension name's colon": (dimension(name="d:"), dimension(name=":d"), "begins with a colon"),
    "dimension value": (
        dimension(value="v" * 1024), dimension(value="v" * 1025),
        "dimension Source of 1025 characters, at most 1024",
    ),
    "no dimension value": (dimension(value=" v"), dimension(value=" "), "Source is empty"),
    "ASCII": (dimension(value="~"), dimension(value="ü"), "not printable ASCII"),
    "printable": (dimension(value="a b"), dimension(value="a\tb"), "not printable ASCII"),
    "unit": (datum(Unit="None"), datum(Unit="MOS"), "unit 'MOS' is none of CloudWatch's 27"),
    "resolution": (
        datum(StorageResolution=1), datum(StorageResolution=30), "resolution of 30 s, not 1 or 60",
    ),
    "past": (
        datum(Timestamp=NOW - TWO_WEEKS), datum(Timestamp=NOW - TWO_WEEKS - timedelta(seconds=1)),
        "measured 2026-02-15 11:59:59 UTC, more than two weeks ago",
    ),
    "future": (
        datum(Timestamp=NOW + TWO_HOURS), datum(Timestamp=NOW + TWO_HOURS + timedelta(seconds=1)),
        "measured 2026-03-01 14:00:01 UTC, more than 2 hours from now",
    ),
    "finite": (datum(Values=[0.0]), datum(Values=[float("nan")]), "value nan is not finite"),
    "large": (datum(Values=[2.0**360]), datum(Values=[2.0**361]), "beyond 2^360"),
    "small": (datum(Values=[-(2.0**360)]), datum(Values=[-(2.0**361)]), "beyond 2^360"),
}  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "message"), BOTH_SIDES.values(), ids=BOTH_SIDES)
def test_a_datum_at_its_limit_and_beyond(good: Datum, bad: Datum, message: str) -> None:
    """One message for one mistake, which names the metric."""
    assert datum_mistakes(good, NOW.timestamp()) == ()
    (mistake,) = datum_mistakes(bad, NOW.timestamp())
    assert message in mistake
    assert mistake.startswith(f"{bad['MetricName'][:40]}: ")


WHOLE: dict[str, tuple[Callable[[], tuple[str, ...]], Callable[[], tuple[str, ...]], str]] = {
    "metrics": (
        lambda: request_mistakes("V", [datum()] * 1000),
        lambda: request_mistakes("V", [datum()] * 1001),
        "1001 metrics in a request, not 1 to 1000",
    ),
    "no metrics": (
        lambda: request_mistakes("V", [datum()]),
        lambda: request_mistakes("V", []),
        "0 metrics in a request",
    ),
    "bytes": (
        lambda: body_mistakes(1_000_000),
        lambda: body_mistakes(1_000_001),
        "request of 1,000,001 bytes, at most 1,000,000",
    ),
    "namespace": (
        lambda: namespace_mistakes("n" * 255),
        lambda: namespace_mistakes("n" * 256),
        "namespace of 256 characters, at most 255",
    ),
    "no namespace": (
        lambda: namespace_mistakes("n"),
        lambda: namespace_mistakes(""),
        "namespace is empty",
    ),
    "AWS's own": (
        lambda: namespace_mistakes("AWS"),
        lambda: namespace_mistakes("AWS/VoIP"),
        "namespace begins with AWS/",
    ),
    "colon": (
        lambda: request_mistakes("V:", [datum()]),
        lambda: request_mistakes(":V", [datum()]),
        "namespace begins with a colon",
    ),
    "ASCII": (
        lambda: namespace_mistakes("Voice"),
        lambda: namespace_mistakes("Téléphone"),
        "not printable ASCII",
    ),
}


@pytest.mark.parametrize(("good", "bad", "message"), WHOLE.values(), ids=WHOLE)
def test_a_request_at_its_limit_and_beyond(
    good: Callable[[], tuple[str, ...]], bad: Callable[[], tuple[str, ...]], message: str
) -> None:
    assert good() == ()
    (mistake,) = bad()
    assert message in mistake


def test_several_mistakes_are_all_told() -> None:
    """Whoever puts one right should not meet the next."""
    bad = datum(Values=[float("inf")], Unit="MOS", Timestamp=NOW - 3 * TWO_WEEKS)
    assert len(datum_mistakes(bad, NOW.timestamp())) == 3
