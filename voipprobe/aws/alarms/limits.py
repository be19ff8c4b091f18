"""What CloudWatch would refuse of an alarm, before it is asked.

botocore checks types and minimum lengths only. Here: everything that its service model says
(longest, allowed, pattern), and the limits that AWS documents in words.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.simulator.rules import read_rule

Mistakes = Iterator[str]

MATH_METRICS: Final = 10
"""Alarms based on metric math can reference a maximum of 10 metrics."""
WATCHED_BY_COMPOSITE: Final = 100
"""The rule of a composite alarm can include as many as 100 underlying alarms."""
DIMENSION_VALUE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?")
_ARN: Final = re.compile(r"arn:aws[a-z-]*:(sns|lambda|ssm|ssm-incidents):([a-z0-9-]*):(\d{12}):.+")


@cache
def service_model() -> ServiceModel:
    """The model of CloudWatch that botocore has."""
    model: dict[str, Any] = Loader().load_service_model("cloudwatch", "service-2")
    return ServiceModel(model, "cloudwatch")


def operation_of(alarm: Alarm) -> str:
    """The operation that creates or changes it."""
    return "PutCompositeAlarm" if alarm.is_composite else "PutMetricAlarm"


def mistakes_of_alarm(alarm: Alarm) -> Mistakes:
    """Everything that CloudWatch would refuse of an alarm."""
    shape = service_model().operation_model(operation_of(alarm)).input_shape
    report = ParamValidator().validate(alarm.request, shape)
    if report.has_errors():
        yield from report.generate_report().splitlines()
        return
    yield from _beyond_model(alarm.request, shape, "")
    yield from _beyond_words(alarm)


def _beyond_model(value: Any, shape: Any, where: str) -> Mistakes:
    """What breaks a limit of the model, anywhere in a value."""
    if shape.type_name == "structure":
        for key, inner in value.items():
            yield from _beyond_model(inner, shape.members[key], f"{where}.{key}".lstrip("."))
    elif shape.type_name == "list":
        if len(value) > shape.metadata.get("max", len(value)):
            yield f"{where}: {len(value)} of at most {shape.metadata['max']}"
        for index, inner in enumerate(value):
            yield from _beyond_model(inner, shape.member, f"{where}[{index}]")
    elif shape.type_name == "string":
        yield from _text(value, shape, where)


def _text(value: str, shape: Any, where: str) -> Mistakes:
    limits = shape.metadata
    if len(value) > limits.get("max", len(value)):
        yield f"{where}: {len(value)} characters of at most {limits['max']}: {value[:40]}..."
    if "pattern" in limits and re.fullmatch(limits["pattern"], value) is None:
        yield f"{where}: {value!r} does not fit {limits['pattern']}"
    if shape.enum and value not in shape.enum:
        yield f"{where}: {value!r} is not one of {', '.join(shape.enum)}"


def _beyond_words(alarm: Alarm) -> Mistakes:
    request = alarm.request
    if re.search(r"[\x00-\x1f\x7f]", alarm.name):
        yield "AlarmName: has a control character"
    metrics = [one["MetricStat"]["Metric"] for one in request.get("Metrics", ())
               if "MetricStat" in one]  # fmt: skip
    if len(metrics) > MATH_METRICS:
        yield f"Metrics: {len(metrics)} metrics of at most {MATH_METRICS}"
    for metric in [*metrics, request]:
        yield from _metric(metric)
    if alarm.is_composite:
        yield from _rule(request["AlarmRule"])
    for key in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for arn in request.get(key, ()):
            yield from (f"{key}: {told}" for told in _action(arn, alarm.region))


def _metric(metric: Any) -> Mistakes:
    if metric.get("Namespace", "").startswith("AWS/"):
        yield f"Namespace: {metric['Namespace']!r} is AWS's own"
    for one in metric.get("Dimensions", ()):
        if DIMENSION_VALUE.fullmatch(one["Value"]) is None:
            yield f"{one['Name']}: {one['Value']!r} is not 1 to 1024 printable ASCII characters"


def _rule(rule: str) -> Mistakes:
    watched = len(read_rule(rule).alarms)
    if watched > WATCHED_BY_COMPOSITE:
        yield f"AlarmRule: {watched} alarms of at most {WATCHED_BY_COMPOSITE}"


def _action(arn: str, region: str) -> Mistakes:
    found = _ARN.fullmatch(arn)
    if found is None:
        yield f"{arn!r} is no ARN of an SNS topic, a Lambda function or an SSM item"
    elif found[2] != region and found[1] != "ssm-incidents":
        yield f"{arn} is in {found[2] or 'no Region'}, the alarm in {region}"
