"""What the numbers of a dashboard mean, in words: the catalogue's and the alarms' own. Pure."""

from collections.abc import Iterable, Iterator

from voipprobe.aws.alarms.definitions.model import AlarmDefinition, Definitions
from voipprobe.aws.dashboards.dashboard import BodyWidget
from voipprobe.aws.dashboards.limits import metrics_of
from voipprobe.aws.dashboards.templates.model import (
    EachWidget,
    MatrixWidget,
    MetricWidget,
    Template,
    Widget,
)
from voipprobe.metrics.catalogue import CATALOGUE, Unit


def explanation(widgets: Iterable[BodyWidget], template: Template, definitions: Definitions) -> str:
    """Lines of Markdown: what alarms look at first, then every metric that is shown.

    Args:
        widgets: of the dashboard.
        template: that it was made of.
        definitions: of the alarms.
    """
    used = {row[1] for widget in widgets for row in metrics_of(widget["properties"])}
    alarms = dict.fromkeys(name for one in template.widgets for name in _alarms(one))
    lines = [_alarm(name, definitions.alarm[name]) for name in alarms]
    lines += [
        f"- **{name}**{_unit(metric.unit)}: {metric.meaning}"
        for name, metric in CATALOGUE.items()
        if name in used
    ]
    return "\n".join(lines)


def _alarms(widget: Widget) -> Iterator[str]:
    match widget:
        case EachWidget():
            for inner in widget.widgets:
                yield from _alarms(inner)
        case MetricWidget() | MatrixWidget():
            yield from (line.alarm for line in widget.lines if line.alarm is not None)


def _alarm(name: str, alarm: AlarmDefinition) -> str:
    what = alarm.expression or " ".join(f"{m.statistic} of {m.metric}"
                                        for m in alarm.metrics.values())  # fmt: skip
    limits = ", ".join(f"{severity} {alarm.operator} {value:g}"
                       for severity, value in alarm.thresholds.items())  # fmt: skip
    often = f"{alarm.datapoints} of {alarm.periods}"
    return f"- **{name}** ({alarm.unit}): `{what}`, {limits} in {often} periods"


def _unit(unit: Unit) -> str:
    return "" if unit in {Unit.NONE, Unit.COUNT} else f" ({unit.value})"
