"""What has to be done, and that nothing has to be done twice."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.alarm_fleet import SHIPPED, described, mesh, ours, with_threshold

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.definitions.model import Severity
from voipprobe.aws.alarms.plan import TAG, Existing, make_plan
from voipprobe.aws.alarms.render import render
from voipprobe.aws.planning.plan import FieldChange
from voipprobe.model.errors import ConfigError

FLEET = mesh(scenarios=("call", "iperf"))
ALARMS = render(SHIPPED, FLEET)


def test_with_nothing_there_everything_is_created() -> None:
    """In the order of the definitions."""
    plan = make_plan("us-east-1", "vp", ALARMS, ())
    assert plan.create == ALARMS
    assert not plan.is_empty
    assert (plan.change, plan.delete, plan.unchanged, plan.refused) == ((), (), (), ())


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_the_plan_of_what_was_applied_is_empty(seed: int) -> None:
    """Whatever order AWS answers in, and whether it says its defaults or not."""
    plan = make_plan("us-east-1", "vp", ALARMS, [ours(one, seed=seed) for one in ALARMS])
    assert plan.is_empty
    assert len(plan.unchanged) == len(ALARMS)
    assert not plan.refused


THRESHOLDS = [(name, severity) for name, alarm in SHIPPED.alarm.items()
              for severity in alarm.thresholds]  # fmt: skip


@settings(max_examples=20)
@given(st.sampled_from(THRESHOLDS), st.floats(0.5, 2).filter(lambda factor: factor != 1))
def test_one_threshold_is_one_change_for_each_that_has_it(
    which: tuple[str, Severity], factor: float
) -> None:
    """And of each of them only the threshold."""
    name, severity = which
    before = SHIPPED.alarm[name].thresholds[severity]
    after = before * factor + 1e-3
    changed = render(with_threshold(name, severity, after), FLEET)
    plan = make_plan("us-east-1", "vp", changed, map(ours, ALARMS))
    wanted = [a for a in ALARMS if a.name.startswith(f"vp/{name}/{severity}/")]
    assert [one.wanted.name for one in plan.change] == [a.name for a in wanted]
    for one in plan.change:
        assert one.fields == (FieldChange(field="Threshold", before=before, after=after),)
    assert not plan.create
    assert not plan.delete


def test_ours_that_should_not_be_are_deleted() -> None:
    """Of a fleet that lost an agent."""
    smaller = render(SHIPPED, mesh("iad", "pdx", scenarios=("call", "iperf")))
    plan = make_plan("us-east-1", "vp", smaller, map(ours, ALARMS))
    gone = {one.name for one in plan.delete}
    assert gone == {a.name for a in ALARMS} - {a.name for a in smaller}
    assert {"vp/agent-silent/critical/cmh", "vp/region-unhealthy/us-west-2"} <= gone


@pytest.mark.parametrize("tags", [{}, {TAG: "vp2"}, {"voipprobe": "vp"}])
def test_what_has_not_our_tag_is_not_ours(tags: dict[str, str]) -> None:
    """It is not deleted, not changed, and in the way if it has our alarm's name."""
    foreign = [Existing(alarm=described(one), tags=tags) for one in ALARMS[:2]]
    assert make_plan("us-east-1", "vp", (), foreign).is_empty
    plan = make_plan("us-east-1", "vp", ALARMS, foreign)
    assert [ALARMS[0].name in plan.refused[0], ALARMS[1].name in plan.refused[1]] == [True, True]
    with pytest.raises(ConfigError, match="it is not ours") as caught:
        plan.require_allowed()
    assert ALARMS[1].name in str(caught.value)


def test_our_tag_on_a_name_that_is_not_under_our_prefix_is_not_ours() -> None:
    """A tag can be copied."""
    moved = Alarm(region="us-east-1", request={**ALARMS[0].request, "AlarmName": "vpx/a"})
    assert make_plan("us-east-1", "vp", (), [ours(moved)]).is_empty


def test_a_metric_alarm_cannot_become_a_composite() -> None:
    """AWS would refuse it half-way."""
    composite = ALARMS[-1]
    assert composite.is_composite
    metric = Alarm(region="us-east-1", request={**ALARMS[0].request, "AlarmName": composite.name})
    plan = make_plan("us-east-1", "vp", [composite], [ours(metric)])
    assert "exists as a metric alarm" in plan.refused[0]


@pytest.mark.parametrize(
    ("key", "value", "field", "before", "after"),
    [
        ("ActionsEnabled", False, "ActionsEnabled", False, None),
        ("TreatMissingData", "missing", "TreatMissingData", None, "ignore"),
        ("EvaluateLowSampleCountPercentile", "ignore", "EvaluateLowSampleCountPercentile",
         "ignore", None),
        ("WarmUpConfiguration", {"WarmUpPeriodDurationInMinutes": 5},
         "WarmUpConfiguration.WarmUpPeriodDurationInMinutes", 5, None),
        ("AlarmActions", ["arn:x"], "AlarmActions", ("arn:x",), None),
    ],
)  # fmt: skip
def test_what_someone_set_by_hand_is_seen(
    key: str, value: object, field: str, before: object, after: object
) -> None:
    """Also what we never set: PutMetricAlarm would take it away, and that must be shown."""
    alarm = ALARMS[0]
    there = Existing(alarm={**described(alarm), key: value}, tags={TAG: "vp"})
    (changed,) = make_plan("us-east-1", "vp", [alarm], [there]).change
    assert changed.fields == (FieldChange(field=field, before=before, after=after),)


def test_metrics_are_told_apart_by_their_id_and_dimensions_by_name() -> None:
    """A change deep inside has a name that says where."""
    alarm = ALARMS[0]
    said = described(alarm)
    said["Metrics"] = [
        {**one, "MetricStat": {**one["MetricStat"], "Stat": "Average"}} if one["Id"] == "n"
        else one
        for one in said["Metrics"]
    ]  # fmt: skip
    there = Existing(alarm=said, tags={TAG: "vp"})
    (changed,) = make_plan("us-east-1", "vp", [alarm], [there]).change
    assert changed.fields == (
        FieldChange(field="Metrics.n.MetricStat.Stat", before="Average", after="Sum"),
    )
    other = replace(FLEET, namespace="Other")
    plan = make_plan("us-east-1", "vp", render(SHIPPED, other), map(ours, ALARMS))
    fields = {one.field for changed in plan.change for one in changed.fields}
    assert "Metrics.n.MetricStat.Metric.Namespace" in fields
    assert "Namespace" in fields
    assert all("Namespace" in field for field in fields)
