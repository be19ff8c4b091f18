"""The fewest requests, and the isolation of what makes one fail."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import botocore.session
import pytest
from botocore.serialize import create_serializer
from hypothesis import given
from hypothesis import strategies as st
from support.measurements import NAMESPACE, measurement, one_round

from voipprobe.aws.metrics.batch import ENVELOPE_BYTES, Batches, batched, data_in, datum_bytes
from voipprobe.aws.metrics.datum import Group, Member, grouped
from voipprobe.aws.metrics.isolate import isolate
from voipprobe.aws.metrics.limits import DOCUMENTED, Limits
from voipprobe.aws.metrics.wire import body_bytes
from voipprobe.model.measurement import Measurement

AT = 1_772_366_400.0


def groups_of(measurements: Sequence[Measurement]) -> list[Group]:
    return grouped(Member(place, one) for place, one in enumerate(measurements))


def single(number: int) -> list[Group]:
    return groups_of([measurement("MOS", [4.0], AT, destination=f"d{n}") for n in range(number)])


def written_bytes(groups: Sequence[Group]) -> int:
    """As botocore writes the request in JSON."""
    model = botocore.session.get_session().get_service_model("cloudwatch")
    request = {"Namespace": NAMESPACE, "MetricData": data_in(groups)}
    serializer = create_serializer("json", include_validation=False)
    operation = model.operation_model("PutMetricData")
    return body_bytes(serializer.serialize_to_request(request, operation)["body"])


@pytest.mark.parametrize(("metrics", "requests"), [(1, 1), (1000, 1), (1001, 2), (2500, 3)])
def test_a_request_holds_a_thousand_metrics(metrics: int, requests: int) -> None:
    found = batched(single(metrics), NAMESPACE)
    assert len(found.requests) == requests
    assert sum(map(len, found.requests)) == metrics


def test_our_sum_of_bytes_is_just_above_what_botocore_writes() -> None:
    """Never below, or a request could be too big; and by less than a tenth of a per cent."""
    groups = groups_of(one_round(AT, paths=20, calls=30))
    ours = sum(datum_bytes(datum) for datum in data_in(groups)) + ENVELOPE_BYTES + len(NAMESPACE)
    real = written_bytes(groups)
    assert real <= ours <= real * 1.001


def test_a_megabyte_is_filled_and_not_exceeded() -> None:
    """400 data of 150 long values each: two requests by bytes, where one would do by number."""
    groups = groups_of([
        measurement("Jitter", (1 / (7 * n + value + 3) for value in range(150)), AT,
                    destination=f"d{n}") for n in range(300)
    ])  # fmt: skip
    found = batched(groups, NAMESPACE)
    sizes = [written_bytes(request) for request in found.requests]
    assert all(size <= DOCUMENTED.request_bytes for size in sizes)
    assert len(sizes) == -(-sum(sizes) // DOCUMENTED.request_bytes)


def test_a_group_stays_in_one_piece() -> None:
    """999 data and one group of two: two requests, and the group is not torn."""
    groups = [*single(999), *groups_of([measurement("Jitter", map(float, range(200)), AT)])]
    found = batched(groups, NAMESPACE)
    assert [len(data_in(request)) for request in found.requests] == [999, 2]


def test_a_group_that_no_request_holds_is_told() -> None:
    small = Limits(metrics=2)
    groups = groups_of([
        measurement("Jitter", map(float, range(301)), AT), measurement("MOS", [4.0], AT),
    ])  # fmt: skip
    found = batched(groups, NAMESPACE, small)
    assert [group.members[0].place for group in found.too_big] == [0]
    assert [data_in(request)[0]["MetricName"] for request in found.requests] == ["MOS"]


@given(st.lists(st.integers(1, 4), max_size=30), st.integers(4, 8))
def test_nothing_is_lost_and_few_requests_are_made(parts: list[int], room: int) -> None:
    """Never more than a request less than full twice over: two half empty ones would be one."""
    groups = groups_of([
        measurement("Jitter", map(float, range(150 * part)), AT, destination=f"d{n}")
        for n, part in enumerate(parts)
    ])  # fmt: skip
    found: Batches = batched(groups, NAMESPACE, Limits(metrics=room))
    places = [member.place for request in found.requests for group in request
              for member in group.members]  # fmt: skip
    assert sorted(places) == list(range(len(parts)))
    loads = [len(data_in(request)) for request in found.requests]
    assert all(load <= room for load in loads)
    assert sum(load <= room / 2 for load in loads) <= 1


@pytest.mark.parametrize(
    "message",
    [
        "The parameter MetricData.member.2.Timestamp must specify a time within two weeks.",
        "Parameter validation failed: Invalid type for parameter MetricData[1].Values[0]",
    ],
    ids=["CloudWatch's, from 1", "botocore's, from 0"],
)
def test_what_a_message_names_is_refused_and_the_rest_sent(message: str) -> None:
    request = single(3)
    found = isolate(request, message)
    assert [one.place for one in found.refused] == [1]
    assert message in found.refused[0].reason
    assert found.requests == [[request[0], request[2]]]


def test_a_number_counts_data_and_not_groups() -> None:
    """The first group is three data: member 4 is the second group."""
    request = groups_of([
        measurement("Jitter", map(float, range(301)), AT), measurement("MOS", [4.0], AT),
    ])  # fmt: skip
    assert isolate(request, "MetricData.member.4.Value").refused[0].place == 1
    assert isolate(request, "MetricData.member.3.Value").refused[0].place == 0


@pytest.mark.parametrize("message", ["A value is bad.", "MetricData.member.17.Value is bad."])
def test_where_none_is_named_halves_are_tried(message: str) -> None:
    """A number beyond the request names none."""
    request = single(5)
    assert isolate(request, message) == ([], [request[:2], request[2:]])


def test_merged_measurements_are_tried_one_by_one() -> None:
    request = groups_of([measurement("MOS", [value], AT) for value in (4.0, 13.0)])
    found = isolate(request, "MetricData.member.1.Value")
    assert found.refused == []
    ((first, second),) = found.requests
    assert (first.data[0]["Values"], second.data[0]["Values"]) == ([4.0], [13.0])


def test_the_last_one_is_refused_with_what_was_said() -> None:
    (refused,) = isolate(single(1), "PutMetricData: a value is bad.").refused
    assert refused.reason == "PutMetricData: a value is bad."


@pytest.mark.parametrize("body", [b"12345", "12345", {"a": "1é"}])
def test_a_body_is_weighed_in_any_protocol(body: Any) -> None:
    """A form counts as it is encoded: a=1%C3%A9."""
    assert body_bytes(body) == (9 if isinstance(body, dict) else 5)


def test_json_is_what_we_weigh() -> None:
    """Separators and numbers as botocore's: a datum by hand."""
    (group,) = single(1)
    text = json.dumps({**group.data[0], "Timestamp": 1_772_366_400})
    assert datum_bytes(group.data[0]) == len(text) + 2
    assert isinstance(group.data[0]["Timestamp"], datetime)
