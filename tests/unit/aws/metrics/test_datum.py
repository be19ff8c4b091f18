"""Measurements to data: nothing is lost, nothing is added, and botocore takes what comes out."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import botocore.session
import numpy as np
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st
from support.measurements import measurement

from voipprobe.aws.metrics.batch import data_in
from voipprobe.aws.metrics.datum import (
    MOST_VALUES,
    Group,
    Member,
    alone,
    data_of,
    grouped,
    minute_s,
)
from voipprobe.aws.metrics.prepare import prepare
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.measurement import Measurement, counted

AT = 1_772_366_399.9  # 11:59:59.9
MINUTE = 1_772_366_340


def group_all(measurements: Sequence[Measurement]) -> list[Group]:
    return grouped(Member(place, one) for place, one in enumerate(measurements))


def samples_in(groups: Sequence[Group]) -> Counter[float]:
    found: Counter[float] = Counter()
    for datum in data_in(groups):
        for value, count in zip(datum["Values"], datum["Counts"], strict=True):
            found[value] += int(count)
    return found


def test_a_datum_says_what_was_measured() -> None:
    """At the start of its minute, with the catalogue's unit and order of dimensions."""
    shuffled = (("Scenario", "call"), ("Source", "a"), ("Destination", "b"))
    given_one = Measurement(metric="Jitter", dimensions=shuffled, at=AT,
                            samples=((1.5, 2), (3.0, 1)))  # fmt: skip
    (datum,) = data_of(given_one)
    assert datum["Timestamp"].timestamp() == MINUTE
    assert datum["Timestamp"].isoformat() == "2026-03-01T11:59:00+00:00"
    assert [one["Name"] for one in datum["Dimensions"]] == ["Source", "Destination", "Scenario"]
    assert (datum["Values"], datum["Counts"]) == ([1.5, 3.0], [2.0, 1.0])
    assert (datum["Unit"], datum["StorageResolution"]) == ("Milliseconds", 60)


@pytest.mark.parametrize("number", [1, 149, 150, 151, 300, 301])
def test_more_than_150_values_are_several_data(number: int) -> None:
    """Of one group: they are delivered together or not at all."""
    (group,) = group_all([measurement("Jitter", map(float, range(number)), AT)])
    assert len(group.data) == -(-number // 150)
    assert samples_in([group]) == Counter(map(float, range(number)))


@given(st.lists(st.lists(st.sampled_from([0.0, 0.1, 0.2, 1e300, -3.0]), min_size=1), min_size=1))
def test_one_minute_is_the_multiset_union(rounds: list[list[float]]) -> None:
    """Exactly: no value is averaged, rounded or counted twice."""
    given_all = [measurement("Jitter", values, MINUTE + n % 60) for n, values in enumerate(rounds)]
    (group,) = group_all(given_all)
    assert samples_in([group]) == Counter(value for values in rounds for value in values)
    assert [member.place for member in group.members] == list(range(len(rounds)))


@given(
    st.lists(st.floats(0, 1e9)), st.sampled_from(["MOS", "Jitter"]),
    st.lists(st.integers(0, 300), min_size=1, max_size=20),
)  # fmt: skip
def test_whatever_is_grouped_is_all_there(
    values: list[float], metric: str, seconds: list[int]
) -> None:
    """Each measurement in one group, each minute by itself, the oldest first."""
    given_all = [measurement(metric, [*values, float(s)], MINUTE + s) for s in seconds]
    groups = group_all(given_all)
    places = [member.place for group in groups for member in group.members]
    assert sorted(places) == list(range(len(seconds)))
    minutes = [data["Timestamp"].timestamp() for group in groups for data in group.data[:1]]
    assert minutes == sorted({minute_s(one.at) for one in given_all})
    assert samples_in(groups).total() == sum(one.count for one in given_all)


@pytest.mark.parametrize(
    "other",
    [
        measurement("MOS", [1.0], AT),
        measurement("Jitter", [1.0], AT, destination="elsewhere"),
        measurement("Jitter", [1.0], AT, scenario="call-tcp"),
        measurement("Jitter", [1.0], AT + 0.2),
    ],
    ids=["metric", "destination", "scenario", "minute"],
)
def test_what_differs_is_not_merged(other: Measurement) -> None:
    assert len(group_all([measurement("Jitter", [1.0], AT), other])) == 2


def test_dimensions_in_another_order_are_the_same_metric() -> None:
    """As CloudWatch sees it."""
    one = measurement("Jitter", [1.0], AT)
    other = Measurement(metric="Jitter", dimensions=one.dimensions[::-1], at=AT,
                        samples=((2.0, 1),))  # fmt: skip
    (group,) = group_all([one, other])
    assert samples_in([group]) == {1.0: 1, 2.0: 1}


def test_a_group_is_never_larger_than_a_request_holds() -> None:
    """Merging ends where the union would have more values than one request should."""
    half = MOST_VALUES // 2 + 1
    given_all = [
        measurement("Jitter", (float(n * half + value) for value in range(half)), AT)
        for n in range(3)
    ]
    groups = group_all(given_all)
    assert [len(group.members) for group in groups] == [1, 1, 1]
    assert samples_in(groups).total() == 3 * half


def test_a_group_can_be_taken_apart_again() -> None:
    given_all = [measurement("MOS", [value], AT) for value in (4.0, 3.0)]
    (group,) = group_all(given_all)
    assert [samples_in([one]) for one in alone(group)] == [{4.0: 1}, {3.0: 1}]


def accepted(data: Sequence[dict[str, Any]]) -> str:
    """What botocore has against a request; "" if nothing."""
    model = botocore.session.get_session().get_service_model("cloudwatch")
    shape = model.operation_model("PutMetricData").input_shape
    request = {"Namespace": "V", "MetricData": data}
    return str(ParamValidator().validate(request, shape).generate_report())


def test_botocore_takes_every_metric_of_the_catalogue() -> None:
    """Its own parameter validation is the judge of names and types."""
    data = [datum for name in CATALOGUE for datum in data_of(measurement(name, [1.0], AT))]
    assert accepted(data) == ""
    assert len(data) == len(CATALOGUE)


def test_numpy_numbers_become_floats() -> None:
    """botocore rejects numpy's; they reach us from the kernels."""
    numbers: list[Any] = list(np.array([1.5, 2.0], dtype=np.float32))
    twice: Any = np.int64(2)
    raw = Measurement(metric="Jitter", dimensions=measurement("Jitter", [1], AT).dimensions,
                      at=float(AT), samples=tuple((n, twice) for n in numbers))  # fmt: skip
    (datum,) = data_of(raw)
    assert {type(one) for one in (*datum["Values"], *datum["Counts"])} == {float}
    assert accepted([datum]) == ""
    assert accepted([{**datum, "Values": numbers}]) != ""  # the judge can say no


UNFIT: dict[str, tuple[Measurement, str]] = {
    "unknown": (
        Measurement(metric="Mood", dimensions=(), at=AT, samples=((1.0, 1),)),
        "'Mood' is not in the catalogue",
    ),
    "missing dimension": (
        Measurement(metric="MOS", dimensions=(("Source", "a"),), at=AT, samples=((1.0, 1),)),
        "MOS: dimensions Source, not Source, Destination, Scenario",
    ),
    "no time": (measurement("MOS", [1.0], float("nan")), "MOS: time nan is no time"),
    "a time beyond all dates": (measurement("MOS", [1.0], 1e300), "is no time"),
    "no samples": (measurement("MOS", [], AT), "MOS: no samples"),
    "an empty destination": (
        measurement("MOS", [1.0], AT, destination=""), "MOS: dimension Destination is empty",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "reason"), UNFIT.values(), ids=UNFIT)
def test_one_that_does_not_pass_is_refused_alone(bad: Measurement, reason: str) -> None:
    """Its neighbours of the same minute are prepared as if it were not there."""
    good = measurement("MOS", [4.0], AT)
    found = prepare([good, bad, good], AT)
    assert [one.place for one in found.refused] == [1]
    assert reason in found.refused[0].reason
    assert [member.place for group in found.groups for member in group.members] == [0, 2]


def test_a_bad_sample_does_not_reach_the_neighbour_it_would_be_merged_with() -> None:
    found = prepare([measurement("MOS", [4.0], AT), measurement("MOS", [float("nan")], AT)], AT)
    assert samples_in(found.groups) == {4.0: 1}
    assert found.refused[0].place == 1


def test_a_minute_that_began_two_weeks_ago_is_too_old_a_second_later() -> None:
    """By the start of its minute, which is what CloudWatch would be told."""
    one = measurement("MOS", [4.0], AT)
    assert prepare([one], MINUTE + 14 * 86400).groups
    assert prepare([one], MINUTE + 14 * 86400 + 1).too_old == [0]


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_counted_samples_survive(values: list[float]) -> None:
    """Through measurement and datum to the same multiset."""
    one = measurement("Jitter", values, AT)
    assert one.samples == counted(values)
    assert samples_in(group_all([one])) == Counter(map(float, values))
