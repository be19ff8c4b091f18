"""The requests of PutMetricAlarm and PutCompositeAlarm. Knows their shapes; calls nobody."""

from collections.abc import Mapping
from typing import Any, Final

from voipprobe.aws.alarms.definitions.model import (
    RESULT_ID,
    AlarmDefinition,
    MetricUse,
    RegionDefinition,
    Severity,
)
from voipprobe.aws.alarms.fleet import Actions
from voipprobe.aws.alarms.simulator.statistics import BASIC

COMPARISONS: Final = {
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
    ">": "GreaterThanThreshold",
    ">=": "GreaterThanOrEqualToThreshold",
}
BAND_COMPARISONS: Final = {"<": "LessThanLowerThreshold", ">": "GreaterThanUpperThreshold"}
BAND_ID: Final = "band"

_Request = dict[str, Any]


def metric_request(
    name: str,
    definition: AlarmDefinition,
    severity: Severity,
    *,
    namespace: str,
    dimensions: Mapping[str, str],
    actions: Actions | None,
    region: str,
) -> _Request:
    """What PutMetricAlarm gets.

    Args:
        name: of the alarm.
        definition: of which it is one.
        severity: which of its thresholds.
        namespace: of the metrics.
        dimensions: of the metrics, in the catalogue's order.
        actions: of this severity; None for none.
        region: the alarm's.
    """
    return {
        "AlarmName": name,
        "AlarmDescription": _description(definition, severity),
        **_actions(actions, region),
        "EvaluationPeriods": definition.periods,
        "DatapointsToAlarm": definition.datapoints,
        "TreatMissingData": definition.missing.value,
        **_watched(definition, severity, namespace, dimensions),
    }


def composite_request(
    name: str,
    definition: RegionDefinition,
    *,
    rule: str,
    into: str,
    actions: Actions | None,
    region: str,
) -> _Request:
    """What PutCompositeAlarm gets.

    Args:
        name: of the alarm.
        definition: of which it is one.
        rule: when it is in ALARM.
        into: the Region that it is about.
        actions: of its severity; None for none.
        region: the alarm's.
    """
    what = f"{into}: the same alarm on {definition.at_least} or more paths into it"
    facts = f"Severity: {definition.severity}. Region: {what}."
    words = f"{definition.summary} {facts} Runbook: {definition.runbook}"
    return {
        "AlarmName": name,
        "AlarmDescription": words,
        **_actions(actions, region),
        "AlarmRule": rule,
    }


def _description(definition: AlarmDefinition, severity: Severity) -> str:
    # without the threshold: CloudWatch shows it itself, but not its unit
    facts = f"Severity: {severity}. Unit: {definition.unit}."
    return f"{definition.summary} {facts} Runbook: {definition.runbook}"


def _actions(actions: Actions | None, region: str) -> _Request:
    given = actions or Actions()
    return {
        "ActionsEnabled": True,
        "AlarmActions": [arn.replace("{region}", region) for arn in given.alarm],
        "OKActions": [arn.replace("{region}", region) for arn in given.ok],
        "InsufficientDataActions": [
            arn.replace("{region}", region) for arn in given.insufficient_data
        ],
    }


def _watched(
    definition: AlarmDefinition, severity: Severity, namespace: str, dimensions: Mapping[str, str]
) -> _Request:
    """The metrics with what they are compared with."""
    metrics = {
        name: _metric(use, namespace, dimensions) for name, use in definition.metrics.items()
    }
    if definition.band:
        return _band(definition, severity, metrics)
    compared = {
        "Threshold": float(definition.thresholds[severity]),
        "ComparisonOperator": COMPARISONS[definition.operator],
    }
    if definition.expression is None:
        ((name, metric),) = metrics.items()
        return {**metric, **_plain(definition, definition.metrics[name]), **compared}
    result = {
        "Id": RESULT_ID,
        "Expression": definition.expression,
        "Label": definition.unit,
        "ReturnData": True,
    }
    queries = [_query(name, metrics[name], definition, shown=False) for name in metrics]
    return {"Metrics": [*queries, result], **compared}


def _band(
    definition: AlarmDefinition, severity: Severity, metrics: Mapping[str, _Request]
) -> _Request:
    ((name, metric),) = metrics.items()
    band = {
        "Id": BAND_ID,
        "Expression": f"ANOMALY_DETECTION_BAND({name}, {definition.band[severity]:g})",
        "Label": definition.unit,
        "ReturnData": True,
    }
    return {
        "Metrics": [_query(name, metric, definition, shown=True), band],
        "ThresholdMetricId": BAND_ID,
        "ComparisonOperator": BAND_COMPARISONS[definition.operator],
    }


def _metric(use: MetricUse, namespace: str, dimensions: Mapping[str, str]) -> _Request:
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"Namespace": namespace, "MetricName": use.metric, "Dimensions": pairs}


def _plain(definition: AlarmDefinition, use: MetricUse) -> _Request:
    kind = "Statistic" if use.statistic in BASIC else "ExtendedStatistic"
    return {kind: use.statistic, "Period": definition.period_s}


def _query(name: str, metric: _Request, definition: AlarmDefinition, *, shown: bool) -> _Request:
    statistic = definition.metrics[name].statistic
    return {
        "Id": name,
        "MetricStat": {"Metric": metric, "Period": definition.period_s, "Stat": statistic},
        "ReturnData": shown,
    }
