"""Fleets and definitions that alarm tests share, and alarms as AWS describes them."""

import random
from collections.abc import Iterable
from typing import Any

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.definitions.load import load_definitions, shipped_definitions
from voipprobe.aws.alarms.definitions.model import Definitions, Severity
from voipprobe.aws.alarms.fleet import Actions, AlarmAgent, AlarmFleet
from voipprobe.aws.alarms.plan import TAG, Existing
from voipprobe.model.path import Path

REGIONS = {"iad": "us-east-1", "cmh": "us-east-2", "pdx": "us-west-2"}
TOPIC = "arn:aws:sns:{region}:111122223333:voip"
SHIPPED = load_definitions(shipped_definitions())


def mesh(
    *names: str,
    scenarios: Iterable[str] = ("call",),
    central: str | None = "us-east-1",
    prefix: str = "vp",
) -> AlarmFleet:
    """Agents that all call each other.

    Args:
        names: of `REGIONS`; all of them if none is named.
        scenarios: of every path.
        central: where all publish; None for the Region of each.
        prefix: of the alarms.
    """
    agents = names or tuple(REGIONS)
    return AlarmFleet(
        namespace="VoIP",
        prefix=prefix,
        agents=tuple(
            AlarmAgent(name=n, region=REGIONS[n], publish_region=central or REGIONS[n])
            for n in agents
        ),
        paths=tuple(
            Path(source=a, destination=b, scenario=s)
            for a in agents
            for b in agents
            if a != b
            for s in scenarios
        ),
        actions={
            Severity.CRITICAL: Actions(alarm=(f"{TOPIC}-b", f"{TOPIC}-a"), ok=(f"{TOPIC}-a",)),
        },
    )


def with_threshold(name: str, severity: Severity, value: float) -> Definitions:
    """The shipped definitions with one threshold of another value."""
    alarm = SHIPPED.alarm[name]
    changed = alarm.model_copy(update={"thresholds": {**alarm.thresholds, severity: value}})
    return SHIPPED.model_copy(update={"alarm": {**SHIPPED.alarm, name: changed}})


def described(alarm: Alarm, seed: int = 0) -> dict[str, Any]:
    """What DescribeAlarms would say of an alarm that was put: state and defaults, in any order."""
    mixed = random.Random(seed)  # noqa: S311 - an order, not a secret
    said = {key: value for key, value in alarm.request.items() if value != []}
    said |= {
        "AlarmArn": f"arn:aws:cloudwatch:{alarm.region}:111122223333:alarm:{alarm.name}",
        "AlarmConfigurationUpdatedTimestamp": "2026-01-01",
        "StateValue": "OK",
        "StateReason": "Unchecked: Initial alarm creation",
        "StateUpdatedTimestamp": "2026-01-01",
        "OKActions": mixed.sample(said.get("OKActions", []), len(said.get("OKActions", []))),
        "AlarmActions": mixed.sample(a := list(said.get("AlarmActions", [])), len(a)),
        "InsufficientDataActions": [],
    }
    if not alarm.is_composite:
        said |= {"Dimensions": mixed.sample(d := list(said.get("Dimensions", [])), len(d))}
        said |= {"Metrics": mixed.sample(m := list(said.get("Metrics", [])), len(m))}
        if seed % 2:
            said["Metrics"] = [{k: v for k, v in one.items() if v is not True}
                               for one in said["Metrics"]]  # fmt: skip
        said |= {"EvaluationWindow": {"SlidingWindow": {}}} if seed % 2 else {}
        said |= {"StateTransitionedTimestamp": "2026-01-01", "EvaluationState": "PARTIAL_DATA"}
    return said


def ours(alarm: Alarm, prefix: str = "vp", seed: int = 0) -> Existing:
    """An alarm of ours that is there."""
    return Existing(alarm=described(alarm, seed), tags={TAG: prefix, "team": "voice"})
