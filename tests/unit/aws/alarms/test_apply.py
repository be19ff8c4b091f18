"""In which order, how fast, and what is said when it stops. Composites: botocore's Stubber."""

from itertools import pairwise

import boto3
import pytest
from botocore.stub import ANY, Stubber
from support.alarm_fleet import SHIPPED, described, mesh, ours

from voipprobe.aws.alarms.apply import apply_plan, steps
from voipprobe.aws.alarms.existing import read_existing
from voipprobe.aws.alarms.plan import TAG, make_plan
from voipprobe.aws.alarms.render import render
from voipprobe.aws.planning.bucket import TokenBucket
from voipprobe.aws.planning.steps import Step
from voipprobe.model.errors import CloudError, ConfigError

ALARMS = render(SHIPPED, mesh(scenarios=("call", "iperf")))
COMPOSITES = [one for one in ALARMS if one.is_composite]
TAGS = [{"Key": TAG, "Value": "vp"}]


def stubbed() -> tuple[object, Stubber]:
    """A client of CloudWatch that answers only what it was told to."""
    cloudwatch = boto3.client(
        "cloudwatch", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
    )
    return cloudwatch, Stubber(cloudwatch)


def test_what_is_watched_is_there_before_what_watches() -> None:
    """Created and changed alarms together: composites last."""
    changed = [ours(one) for one in ALARMS[:3]]
    plan = make_plan("us-east-1", "vp", reversed(ALARMS), changed)
    todo = steps(plan)
    assert len(todo) == len(ALARMS) - 3
    kinds = [step.operation for step in todo]
    assert kinds == sorted(kinds, reverse=True)
    assert kinds.count("PutCompositeAlarm") == len(COMPOSITES) == 3


def test_what_watches_goes_before_what_is_watched() -> None:
    """A composite for each request, then a hundred metric alarms at once."""
    todo = steps(make_plan("us-east-1", "vp", (), map(ours, ALARMS)))
    assert {step.operation for step in todo} == {"DeleteAlarms"}
    sizes = [len(step.names) for step in todo]
    metrics = len(ALARMS) - 3
    assert sizes == [1, 1, 1, 100, metrics - 100]
    assert [name for step in todo[:3] for name in step.names] == sorted(c.name for c in COMPOSITES)


def test_only_what_is_created_carries_tags() -> None:
    """AWS ignores tags of an alarm that is there."""
    plan = make_plan("us-east-1", "vp", ALARMS[:1], ())
    assert steps(plan)[0].parameters["Tags"] == TAGS
    other = {**described(ALARMS[0]), "Threshold": 1.0}
    there = type(ours(ALARMS[0]))(alarm=other, tags={TAG: "vp"})
    plan = make_plan("us-east-1", "vp", ALARMS[:1], [there])
    assert "Tags" not in steps(plan)[0].parameters


def test_composites_are_put_and_deleted_as_aws_takes_them() -> None:
    """Stubber checks every request and answer against AWS's own model."""
    cloudwatch, stub = stubbed()
    for one in COMPOSITES:
        stub.add_response("put_composite_alarm", {}, {**one.request, "Tags": TAGS})
    for one in sorted(COMPOSITES, key=lambda one: one.name):
        stub.add_response("delete_alarms", {}, {"AlarmNames": [one.name]})
    with stub:
        plan = make_plan("us-east-1", "vp", COMPOSITES, ())
        assert len(apply_plan(cloudwatch, plan, wait=lambda: None)) == 3
        plan = make_plan("us-east-1", "vp", (), map(ours, COMPOSITES))
        assert len(apply_plan(cloudwatch, plan, wait=lambda: None)) == 3
        stub.assert_no_pending_responses()


def test_every_page_is_read_and_composites_are_asked_for() -> None:
    """DescribeAlarms leaves them out by default."""
    cloudwatch, stub = stubbed()
    asked = {
        "AlarmNamePrefix": "vp/",
        "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        "MaxRecords": 100,
    }
    times = dict.fromkeys(
        ("AlarmConfigurationUpdatedTimestamp", "StateUpdatedTimestamp",
         "StateTransitionedTimestamp"), 0
    )  # fmt: skip
    metric = described(ALARMS[0])
    metric |= {key: 0 for key in times if key in metric}
    composite = described(COMPOSITES[0])
    composite |= {key: 0 for key in times if key in composite}
    stub.add_response("describe_alarms", {"MetricAlarms": [metric], "NextToken": "t"}, asked)
    stub.add_response(
        "describe_alarms", {"CompositeAlarms": [composite]}, {**asked, "NextToken": "t"}
    )
    for one in (metric, composite):
        stub.add_response(
            "list_tags_for_resource", {"Tags": TAGS}, {"ResourceARN": one["AlarmArn"]}
        )
    waits: list[None] = []
    with stub:
        found = read_existing(cloudwatch, "vp", lambda: waits.append(None))
        stub.assert_no_pending_responses()
    assert [one.name for one in found] == [ALARMS[0].name, COMPOSITES[0].name]
    assert all(one.belongs_to("vp") for one in found)
    assert len(waits) == 2
    plan = make_plan("us-east-1", "vp", [ALARMS[0], COMPOSITES[0]], found)
    assert plan.is_empty


def test_it_stops_at_the_first_refusal_and_says_what_was_done() -> None:
    """By name, and how many are left."""
    cloudwatch, stub = stubbed()
    stub.add_response("put_metric_alarm", {}, ANY_REQUEST)
    stub.add_client_error("put_metric_alarm", "LimitExceededFault", "too many", 400)
    done: list[Step] = []
    with stub, pytest.raises(CloudError) as caught:
        apply_plan(cloudwatch, make_plan("us-east-1", "vp", ALARMS[:4], ()),
                   wait=lambda: None, on_done=done.append)  # fmt: skip
    told = str(caught.value)
    assert told.startswith(f"PutMetricAlarm {ALARMS[1].name} in us-east-1: LimitExceededFault: ")
    assert f"done before it: created {ALARMS[0].name}; not done: 3" in told
    assert not caught.value.retryable
    assert [step.names for step in done] == [(ALARMS[0].name,)]


ANY_REQUEST = dict.fromkeys(
    (*ALARMS[0].request, "Tags"), ANY
)  # the first alarm's parameters, whatever their values


def test_a_refused_plan_does_nothing() -> None:
    """Not even what it could do."""
    cloudwatch, stub = stubbed()
    foreign = type(ours(ALARMS[0]))(alarm=described(ALARMS[0]), tags={})
    with stub, pytest.raises(ConfigError, match="not ours"):
        apply_plan(cloudwatch, make_plan("us-east-1", "vp", ALARMS, [foreign]), wait=lambda: None)


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_no_second_has_more_requests_than_aws_allows() -> None:
    """A burst of 3 at once, then one every third of a second."""
    clock = Clock()
    bucket = TokenBucket(3, burst=3, clock=clock, sleep=clock.sleep)
    times = []
    for _ in range(30):
        bucket.take()
        times.append(clock.now)
    assert times[:3] == [100, 100, 100]
    assert times[-1] == pytest.approx(100 + 27 / 3)
    assert all(later - earlier >= 1 / 3 - 1e-9
               for earlier, later in pairwise(times[2:]))  # fmt: skip


def test_a_pause_saves_no_more_than_the_burst() -> None:
    """An hour without requests is no licence for ten thousand."""
    clock = Clock()
    bucket = TokenBucket(3, burst=3, clock=clock, sleep=clock.sleep)
    clock.sleep(3600)
    for _ in range(4):
        bucket.take()
    assert clock.now == pytest.approx(3700 + 1 / 3)
