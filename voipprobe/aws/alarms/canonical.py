"""An alarm as flat fields, so that what was asked for and what AWS answers can be compared.

Knows AWS's defaults and what in a request has no order. Must not know who asks.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from voipprobe.aws.alarms.alarm import Request
from voipprobe.aws.alarms.limits import service_model
from voipprobe.aws.planning.plan import Fields

_METRIC_DEFAULTS: Final[Fields] = {
    "TreatMissingData": "missing",
    "EvaluateLowSampleCountPercentile": "evaluate",
}
_TAGS: Final = "Tags"  # not an alarm's configuration: set at its creation, read elsewhere


def fields_of(alarm: Request) -> Fields:
    """The fields of a request or of an alarm that DescribeAlarms describes.

    Fields that a request cannot have (state, ARN, times) are left out, and so is what equals
    AWS's default: both ways of saying it are the same.
    """
    composite = "AlarmRule" in alarm
    known = _writable("PutCompositeAlarm" if composite else "PutMetricAlarm")
    kept = {key: value for key, value in alarm.items() if key in known}
    if kept.get("ActionsEnabled") is True:
        del kept["ActionsEnabled"]
    if kept.get("DatapointsToAlarm") is None and not composite:
        kept["DatapointsToAlarm"] = kept.get("EvaluationPeriods")
    for key, default in _METRIC_DEFAULTS.items():
        if kept.get(key) == default:
            del kept[key]
    return dict(_flat("", kept))


@cache
def _writable(operation: str) -> frozenset[str]:
    members = service_model().operation_model(operation).input_shape.members
    return frozenset(members) - {_TAGS}


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in _with_defaults(value).items():
            yield from _flat(f"{name}.{key}".lstrip("."), inner)
    elif isinstance(value, list | tuple):
        yield from _several(name, value)
    elif value is not None:
        yield name, value


def _several(name: str, values: Any) -> Iterator[tuple[str, Any]]:
    """A list: by what names its items, for their order means nothing."""
    if values and not isinstance(values[0], Mapping):
        yield name, tuple(sorted(values))
    for item in values:
        if not isinstance(item, Mapping):
            continue
        if item.keys() == {"Name", "Value"}:
            yield f"{name}.{item['Name']}", item["Value"]
        else:
            rest = {key: value for key, value in item.items() if key != "Id"}
            yield from _flat(f"{name}.{item.get('Id', '')}", rest)


def _with_defaults(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A query returns its data unless it says otherwise."""
    if "MetricStat" in value or "Expression" in value:
        return {"ReturnData": True, **{k: v for k, v in value.items() if v is not None}}
    return value
