"""Lines of a template to the `metrics` of a widget: arrays of names, dimensions and options.

Source: Amazon CloudWatch, "Dashboard body structure and syntax", Metrics array.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Template as Words
from typing import Any

from voipprobe.aws.alarms.definitions.model import AlarmDefinition, Definitions
from voipprobe.aws.dashboards.subjects import Subject
from voipprobe.aws.dashboards.templates.model import Line
from voipprobe.model.errors import ConfigError

Row = list[Any]
"""["Namespace", "Metric", "Dimension", "value", ..., {options}], or [{"expression": ...}]."""


class Rows:
    """Makes the rows of one widget, with Ids that are unique in it.

    Args:
        namespace: of the metrics.
        region: the widget's; a metric of another one says so itself.
        alone: whether all lines are about one thing, so that Ids can stay as they are.
    """

    def __init__(self, namespace: str, region: str, *, alone: bool) -> None:
        self._namespace = namespace
        self._region = region
        self._alone = alone

    def of_line(
        self, line: Line, definitions: Definitions, subject: Subject, number: int
    ) -> Iterator[Row]:
        """The rows of one line about one thing; `number` is unique in the widget."""
        label = Words(line.label).substitute(subject.words)
        if line.alarm is None:
            yield self._metric(str(line.metric), subject, {"stat": line.statistic, "label": label})
            return
        alarm = definitions.alarm[line.alarm]
        if alarm.expression is None:
            ((_, use),) = alarm.metrics.items()
            yield self._metric(use.metric, subject, {"stat": use.statistic, "label": label})
            return
        ids = {name: name if self._alone and not number else f"{name}_{number}"
               for name in alarm.metrics}  # fmt: skip
        for name, use in alarm.metrics.items():
            options = {"id": ids[name], "stat": use.statistic, "visible": False}
            yield self._metric(use.metric, subject, options)
        expression = _with_ids(line.alarm, alarm, ids)
        yield [self._somewhere(subject, {"expression": expression, "id": f"e{number}",
                                         "label": label})]  # fmt: skip

    def _metric(self, metric: str, subject: Subject, options: dict[str, Any]) -> Row:
        dimensions = [part for pair in subject.dimensions.items() for part in pair]
        return [self._namespace, metric, *dimensions, self._somewhere(subject, options)]

    def _somewhere(self, subject: Subject, options: dict[str, Any]) -> dict[str, Any]:
        return options if subject.region == self._region else {**options, "region": subject.region}


def _with_ids(name: str, alarm: AlarmDefinition, ids: Mapping[str, str]) -> str:
    text = str(alarm.expression)
    if "METRICS" in text:
        raise ConfigError(f"alarm {name}: METRICS() means all of a graph: it cannot be shown there")
    return re.sub(r"[A-Za-z_]\w*", lambda found: ids.get(found[0], found[0]), text)


def rows_of(
    lines: Iterable[Line],
    subjects: Sequence[Subject],
    definitions: Definitions,
    namespace: str,
) -> list[Row]:
    """All lines about all these things.

    Raises:
        ConfigError: a line shows an alarm that cannot be drawn.
    """
    made = Rows(namespace, subjects[0].region, alone=len(subjects) == 1)
    pairs = [(line, subject) for subject in subjects for line in lines]
    return [
        row
        for number, (line, subject) in enumerate(pairs)
        for row in made.of_line(line, definitions, subject, number)
    ]
