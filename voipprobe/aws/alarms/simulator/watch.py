"""A metric alarm's request as something that can be evaluated at a time.

What it does not know of a request it refuses: a field that is passed over would make it lie.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any, Final

from voipprobe.aws.alarms.alarm import Alarm, Request
from voipprobe.aws.alarms.math.expression import Expression, read_expression
from voipprobe.aws.alarms.simulator.history import History, SeriesKey, series_key
from voipprobe.aws.alarms.simulator.states import Missing
from voipprobe.aws.alarms.simulator.statistics import Samples, statistic
from voipprobe.model.errors import ConfigError

COMPARISONS: Final[Mapping[str, tuple[str, Callable[[float, float], bool]]]] = {
    "GreaterThanOrEqualToThreshold": (">=", ge),
    "GreaterThanThreshold": (">", gt),
    "LessThanThreshold": ("<", lt),
    "LessThanOrEqualToThreshold": ("<=", le),
}
NO_EFFECT: Final = frozenset({
    "AlarmName", "AlarmDescription", "ActionsEnabled", "AlarmActions", "OKActions",
    "InsufficientDataActions", "Unit",
})  # fmt: skip
"""Fields that say nothing of the state."""
KNOWN: Final = NO_EFFECT | {
    "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period",
    "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator",
    "TreatMissingData", "Metrics",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One metric that an alarm reads."""

    key: SeriesKey
    statistic: Callable[[Samples], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A metric alarm, ready to be evaluated.

    Attributes:
        inputs: what it reads, by Id. expression: over the Ids; None for the one input itself.
        period_s: of a datapoint. needed: M. periods: N. missing: what a gap stands for.
        sign: the comparison, as it is written. breaks: whether a value breaches.
    """

    name: str
    inputs: Mapping[str, Input]
    expression: Expression | None
    period_s: int
    needed: int
    periods: int
    missing: Missing
    sign: str
    threshold: float
    breaks: Callable[[float, float], bool]

    def datapoint(self, history: History, end: float) -> float | None:
        """The value that is compared, of the period that ends then; None if there is none."""
        found = {
            name: history.datapoint(one.key, one.statistic, end - self.period_s, end)
            for name, one in self.inputs.items()
        }
        if self.expression is None:
            return next(iter(found.values()))
        return self.expression.value(found)

    def breaches(self, value: float | None) -> bool | None:
        """Whether a datapoint breaches; None for none."""
        return None if value is None else self.breaks(value, self.threshold)


def not_simulated(alarm: Alarm) -> str | None:
    """Why an alarm cannot be simulated; None if it can."""
    if "ThresholdMetricId" in alarm.request:
        return "its threshold is CloudWatch's own model of the metric (ANOMALY_DETECTION_BAND)"
    return None


def make_watch(alarm: Alarm) -> Watch:
    """The watch of a metric alarm.

    Raises:
        ConfigError: it has a field that the simulator does not know.
    """
    request = alarm.request
    if unknown := sorted(request.keys() - KNOWN):
        raise ConfigError(f"alarm {alarm.name}: the simulator does not know {', '.join(unknown)}")
    inputs, expression, period_s = _metrics(request) if "Metrics" in request else _metric(request)
    sign, breaks = COMPARISONS[request["ComparisonOperator"]]
    return Watch(
        name=alarm.name,
        inputs=inputs,
        expression=expression,
        period_s=period_s,
        needed=request.get("DatapointsToAlarm", request["EvaluationPeriods"]),
        periods=request["EvaluationPeriods"],
        missing=Missing(request.get("TreatMissingData", "missing")),
        sign=sign,
        threshold=request["Threshold"],
        breaks=breaks,
    )


def _metric(request: Request) -> tuple[dict[str, Input], None, int]:
    name = request.get("Statistic") or request["ExtendedStatistic"]
    return {"m": _input(request, name)}, None, request["Period"]


def _metrics(request: Request) -> tuple[dict[str, Input], Expression, int]:
    stats = {one["Id"]: one["MetricStat"] for one in request["Metrics"] if "MetricStat" in one}
    (text,) = (one["Expression"] for one in request["Metrics"] if "Expression" in one)
    (period_s,) = {one["Period"] for one in stats.values()}
    inputs = {name: _input(one["Metric"], one["Stat"]) for name, one in stats.items()}
    return inputs, read_expression(text, list(inputs)), period_s


def _input(metric: Mapping[str, Any], name: str) -> Input:
    dimensions = [(one["Name"], one["Value"]) for one in metric.get("Dimensions", [])]
    return Input(key=series_key(metric["MetricName"], dimensions), statistic=statistic(name))
