"""Definitions and a fleet become requests that AWS's own model takes."""

from dataclasses import replace
from typing import Any

import pytest
from support.alarm_fleet import SHIPPED, mesh

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.definitions.model import Severity, Watches
from voipprobe.aws.alarms.fleet import Actions, AlarmAgent, AlarmFleet
from voipprobe.aws.alarms.limits import mistakes_of_alarm
from voipprobe.aws.alarms.render import render
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.errors import ConfigError
from voipprobe.model.path import Path

FLEET = mesh(scenarios=("call", "iperf"))
ALARMS = {alarm.name: alarm for alarm in render(SHIPPED, FLEET)}


def names(fleet: AlarmFleet) -> set[str]:
    return {f"{a.region} {a.name}" for a in render(SHIPPED, fleet)}


def test_a_plain_alarm() -> None:
    """One metric as it is."""
    request = dict(ALARMS["vp/agent-silent/critical/iad"].request)
    assert "Runbook: Look at the service" in request.pop("AlarmDescription")
    assert request == {
        "AlarmName": "vp/agent-silent/critical/iad",
        "ActionsEnabled": True,
        "AlarmActions": [f"arn:aws:sns:us-east-1:111122223333:voip-{x}" for x in "ba"],
        "OKActions": ["arn:aws:sns:us-east-1:111122223333:voip-a"],
        "InsufficientDataActions": [],
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "TreatMissingData": "breaching",
        "Namespace": "VoIP",
        "MetricName": "Heartbeat",
        "Dimensions": [{"Name": "Source", "Value": "iad"}],
        "Statistic": "Sum",
        "Period": 60,
        "Threshold": 1.0,
        "ComparisonOperator": "LessThanThreshold",
    }


def test_an_alarm_on_an_expression_returns_the_expression_alone() -> None:
    """Every metric with the path's dimensions, in the catalogue's order."""
    request = ALARMS["vp/mos-low/warning/iad/pdx/call"].request
    assert [one["Id"] for one in request["Metrics"] if one["ReturnData"]] == ["watched"]
    bad = request["Metrics"][0]["MetricStat"]
    assert (bad["Stat"], bad["Period"]) == ("PR(:3.6)", 300)
    assert [one["Value"] for one in bad["Metric"]["Dimensions"]] == ["iad", "pdx", "call"]
    assert [one["Name"] for one in bad["Metric"]["Dimensions"]] == list(CATALOGUE["MOS"].dimensions)
    assert not {"MetricName", "Period", "Statistic"} & request.keys()


def test_an_alarm_on_a_band_has_no_threshold() -> None:
    """AWS: Threshold should not be used for alarms based on anomaly detection models."""
    request = ALARMS["vp/round-trip-above-baseline/warning/iad/pdx/call"].request
    assert request["ThresholdMetricId"] == "band"
    assert request["Metrics"][1]["Expression"] == "ANOMALY_DETECTION_BAND(round_trip, 4)"
    assert request["ComparisonOperator"] == "GreaterThanUpperThreshold"
    assert "Threshold" not in request
    below = ALARMS["vp/throughput-below-baseline/warning/iad/pdx/iperf"].request
    assert below["ComparisonOperator"] == "LessThanLowerThreshold"


def test_every_path_has_the_alarms_of_its_scenario() -> None:
    """iperf has no MOS, a call no throughput; rounds can be void on both."""
    kinds = {(n.split("/")[1], n.rpartition("/")[2]) for n in ALARMS if n.count("/") == 5}
    assert ("mos-low", "call") in kinds
    assert ("throughput-low", "iperf") in kinds
    assert {("rounds-void", "call"), ("rounds-void", "iperf")} <= kinds
    assert not {("mos-low", "iperf"), ("throughput-low", "call"), ("seer-low", "iperf")} & kinds


def test_a_scenario_without_media_has_no_alarms_on_media() -> None:
    """Nor on sessions without INVITE: they would wait for data for ever."""
    fleet = replace(mesh(scenarios=("options",)), scenarios={"options": frozenset({Watches.CALLS})})
    kinds = {a.name.split("/")[1] for a in render(SHIPPED, fleet) if "options" in a.name}
    assert kinds == {"success-ratio-low", "retransmissions-high", "rounds-void"}


def test_a_region_is_watched_over_the_paths_into_it() -> None:
    """For each ill by itself: two paths with different ills are two paths, not a Region."""
    rule = ALARMS["vp/region-unhealthy/us-west-2"].request["AlarmRule"]
    ill = 'AT_LEAST(2, ALARM, ("vp/{0}/critical/cmh/pdx/call", "vp/{0}/critical/iad/pdx/call"))'
    wanted = ("success-ratio-low", "mos-low", "loss-high")
    assert rule == " OR ".join(ill.format(one) for one in wanted)


def test_alarms_are_where_their_metrics_are() -> None:
    """Published to each agent's own Region, a composite sees only the paths from there."""
    own = names(mesh("iad", "pdx", central=None))
    assert "us-west-2 vp/agent-silent/critical/pdx" in own
    assert "us-east-1 vp/loss-high/critical/iad/pdx/call" in own
    assert not any("region-unhealthy" in name for name in own)
    fleet = mesh("iad", "pdx", central=None)
    second = AlarmAgent(name="iad2", region="us-east-1", publish_region="us-east-1")
    path = Path(source="iad2", destination="pdx", scenario="call")
    more = replace(fleet, agents=(*fleet.agents, second), paths=(*fleet.paths, path))
    assert "us-east-1 vp/region-unhealthy/us-west-2" in names(more)


def test_a_path_to_a_target_that_is_no_agent_is_in_no_region() -> None:
    """But it has its own alarms."""
    path = Path(source="iad", destination="carrier", scenario="call")
    fleet = replace(mesh("iad"), paths=(path,))
    found = names(fleet)
    assert "us-east-1 vp/loss-high/critical/iad/carrier/call" in found
    assert not any("region-unhealthy" in name for name in found)


def test_mistakes_of_the_fleet_are_told_at_once() -> None:
    """A path from nowhere, an agent twice."""
    agent = AlarmAgent(name="iad", region="us-east-1", publish_region="us-east-1")
    path = Path(source="nrt", destination="iad", scenario="call")
    fleet = replace(FLEET, agents=(agent, agent), paths=(path,))
    with pytest.raises(ConfigError) as caught:
        render(SHIPPED, fleet)
    assert str(caught.value) == (
        "agent iad is named twice; path from nrt: there is no agent of that name"
    )


def test_two_alarms_of_one_name_are_refused() -> None:
    """Names are joined by slashes, which a name may have, too."""
    paths = (Path(source="iad", destination="x/y", scenario="z"),
             Path(source="iad", destination="x", scenario="y/z"))  # fmt: skip
    with pytest.raises(ConfigError, match="two alarms would be called vp/success-ratio-low"):
        render(SHIPPED, replace(mesh("iad"), paths=paths))


def test_a_composite_with_too_many_paths_is_refused_by_name() -> None:
    """AWS: 100 underlying alarms. 35 paths with three ills each are 105."""
    agents = tuple(AlarmAgent(name=f"a{n}", region="us-east-1", publish_region="us-east-1")
                   for n in range(36))  # fmt: skip
    paths = tuple(Path(source=a.name, destination="a0", scenario="call") for a in agents[1:])
    with pytest.raises(ConfigError, match=r"region-unhealthy/us-east-1: AlarmRule: 105 alarms"):
        render(SHIPPED, replace(FLEET, agents=agents, paths=paths))


BASE = dict(ALARMS["vp/agent-silent/critical/iad"].request)
MATH = dict(ALARMS["vp/mos-low/warning/iad/pdx/call"].request)
RULE = dict(ALARMS["vp/region-unhealthy/us-west-2"].request)
TOPIC = "arn:aws:sns:us-east-1:111122223333:t"


def metrics(count: int) -> list[dict[str, Any]]:
    """That many metrics, and an expression."""
    return [{**MATH["Metrics"][0], "Id": f"m{n}"} for n in range(count)] + [MATH["Metrics"][-1]]


@pytest.mark.parametrize(
    ("base", "good", "bad", "told"),
    [
        (BASE, {"AlarmName": "n" * 255}, {"AlarmName": "n" * 256}, "AlarmName: 256 characters"),
        (BASE, {"AlarmName": "é"}, {"AlarmName": "a\tb"}, "AlarmName: has a control character"),
        (BASE, {"AlarmDescription": "d" * 1024}, {"AlarmDescription": "d" * 1025}, "1025 char"),
        (BASE, {"AlarmActions": [TOPIC] * 5}, {"AlarmActions": [TOPIC] * 6}, "6 of at most 5"),
        (BASE, {"OKActions": [f"{TOPIC[:-1]}{'t' * 900}"]}, {"OKActions": [TOPIC + "t" * 1024]},
         "of at most 1024"),
        (BASE, {"AlarmActions": ["arn:aws:lambda:us-east-1:111122223333:function:f"]},
         {"AlarmActions": ["arn:aws:ec2:us-east-1:111122223333:x"]}, "is no ARN of an SNS topic"),
        (BASE, {"AlarmActions": ["arn:aws:ssm-incidents::111122223333:response-plan/p"]},
         {"AlarmActions": ["arn:aws:sns:us-east-2:111122223333:t"]}, "is in us-east-2, the alarm"),
        (BASE, {"AlarmActions": [TOPIC.replace("arn:aws:", "arn:aws-us-gov:")]},
         {"AlarmActions": ["topic"]}, "'topic' is no ARN"),
        (BASE, {"Dimensions": [{"Name": f"n{n}", "Value": "v"} for n in range(30)]},
         {"Dimensions": [{"Name": f"n{n}", "Value": "v"} for n in range(31)]}, "31 of at most 30"),
        (BASE, {"Dimensions": [{"Name": "n", "Value": "a b"}]},
         {"Dimensions": [{"Name": "n", "Value": "ä"}]}, "printable ASCII"),
        (BASE, {"Namespace": "AWSX/EC2"}, {"Namespace": "AWS/EC2"}, "is AWS's own"),
        (BASE, {"Namespace": "a:b"}, {"Namespace": ":b"}, "does not fit"),
        (BASE, {"Statistic": "Average"}, {"Statistic": "Median"}, "is not one of SampleCount"),
        (BASE, {"Period": 60}, {"Period": "60"}, "Invalid type for parameter Period"),
        (BASE, {}, {"Colour": "red"}, 'Unknown parameter in input: "Colour"'),
        (MATH, {"Metrics": metrics(10)}, {"Metrics": metrics(11)}, "11 metrics of at most 10"),
        (RULE, {"AlarmRule": " OR ".join(f"ALARM(a{n})" for n in range(100))},
         {"AlarmRule": " OR ".join(f"ALARM(a{n})" for n in range(101))}, "101 alarms of at most"),
        (RULE, {"AlarmRule": f"ALARM({'a' * 255})"}, {"AlarmRule": f"ALARM({'a' * 10240})"},
         "of at most 10240"),
    ],
)  # fmt: skip
def test_a_limit_of_aws_on_both_sides(
    base: dict[str, Any], good: dict[str, Any], bad: dict[str, Any], told: str
) -> None:
    """What is just allowed, and what is not any more."""
    assert list(mistakes_of_alarm(Alarm(region="us-east-1", request=base | good))) == []
    found = "; ".join(mistakes_of_alarm(Alarm(region="us-east-1", request=base | bad)))
    assert told in found


def test_an_action_of_another_region_is_refused_when_rendered() -> None:
    """Before AWS is asked; with {region} it follows the alarm."""
    fleet = mesh("iad", "pdx", central=None)
    fixed = {Severity.CRITICAL: Actions(alarm=(TOPIC,))}
    with pytest.raises(ConfigError, match="is in us-east-1, the alarm in us-west-2"):
        render(SHIPPED, replace(fleet, actions=fixed))
    assert render(SHIPPED, fleet)
