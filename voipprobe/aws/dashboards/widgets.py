"""A widget of a template to the widgets of a body, still without their places. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from string import Template as Words
from typing import Any, Final

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.definitions.model import Definitions, Severity
from voipprobe.aws.dashboards.dashboard import BodyWidget
from voipprobe.aws.dashboards.matrix import matrix_widgets
from voipprobe.aws.dashboards.metrics import rows_of
from voipprobe.aws.dashboards.status import Account, alarm_widgets
from voipprobe.aws.dashboards.subjects import Scope, Subject
from voipprobe.aws.dashboards.templates.model import (
    AlarmsWidget,
    EachWidget,
    MatrixWidget,
    MetricWidget,
    TextWidget,
    Widget,
)

COLOURS: Final = {Severity.WARNING: "#b7791f", Severity.CRITICAL: "#c53030"}
CHARACTERS_A_COLUMN: Final = 7.5
"""How many characters of text are about as wide as a column of the grid."""
LINE_PX: Final = 22
EDGE_PX: Final = 40
ROW_PX: Final = 48
"""About how high a line of text, the edge with a heading, and a row of the grid are."""


class Widgets:
    """Makes the widgets of one dashboard.

    Args:
        scope: what it is about.
        definitions: of the alarms.
        alarms: all that the fleet has, for their states.
        account: theirs.
        words: what `${...}` stands for everywhere in it.
    """

    def __init__(
        self,
        scope: Scope,
        definitions: Definitions,
        alarms: Sequence[Alarm],
        account: Account,
        words: Mapping[str, str],
    ) -> None:
        self._scope = scope
        self._definitions = definitions
        self._alarms = alarms
        self._account = account
        self._words = {**words, **scope.words}

    def of(self, widget: Widget) -> Iterator[BodyWidget]:
        """All that a template's widget becomes here; nothing where there is nothing to show."""
        match widget:
            case TextWidget():
                yield self._text(widget, {})
            case AlarmsWidget():
                titled = widget.model_copy(
                    update={"title": Words(widget.title).substitute(self._words)}
                )
                yield from alarm_widgets(
                    titled, self._scope, self._definitions, self._alarms, self._account
                )
            case MatrixWidget():
                subjects = tuple(self._scope.subjects(widget.watches))
                yield from matrix_widgets(
                    widget, subjects, self._definitions, self._scope.fleet.namespace
                )
            case MetricWidget():
                subjects = tuple(self._scope.subjects(widget.watches, widget.direction))
                if subjects:
                    yield self._metric(widget, subjects, {})
            case EachWidget():
                for subject in self._scope.subjects(widget.watches, widget.direction):
                    yield from self._each(widget, subject)

    def _each(self, widget: EachWidget, subject: Subject) -> Iterator[BodyWidget]:
        for inner in widget.widgets:
            if isinstance(inner, TextWidget):
                yield self._text(inner, subject.words)
            elif subject.path is None or self._scope.fleet.can_watch(subject.path, inner.watches):
                yield self._metric(inner, (subject,), subject.words)

    def _text(self, widget: TextWidget, more: Mapping[str, str]) -> BodyWidget:
        text = Words("\n".join(widget.text)).substitute({**self._words, **more})
        height = widget.height or text_height(text, widget.width)
        return {"type": "text", "width": widget.width, "height": height,
                "properties": {"markdown": text}}  # fmt: skip

    def _metric(
        self, widget: MetricWidget, subjects: tuple[Subject, ...], more: Mapping[str, str]
    ) -> BodyWidget:
        title = Words(widget.title).substitute({**self._words, **more})
        properties: dict[str, Any] = {
            "title": title,
            "view": widget.view,
            "region": subjects[0].region,
            "period": widget.period_s,
            "metrics": rows_of(
                widget.lines, subjects, self._definitions, self._scope.fleet.namespace
            ),
        }
        if widget.view == "singleValue":
            properties |= {"setPeriodToTimeRange": True, "sparkline": False}
        else:
            properties |= {"stacked": widget.stacked, "yAxis": {"left": _axis(widget)}}
            if lines := list(self._thresholds(widget.thresholds)):
                properties["annotations"] = {"horizontal": lines}
        return {"type": "metric", "width": widget.width, "height": widget.height,
                "properties": properties}  # fmt: skip

    def _thresholds(self, names: Iterable[str]) -> Iterator[dict[str, Any]]:
        for name in names:
            alarm = self._definitions.alarm[name]
            for severity, value in alarm.thresholds.items():
                side = "below" if alarm.operator.startswith("<") else "above"
                # without the value: a changed one is one change in a plan
                label = f"{severity} {side} ({name})"
                yield {"label": label, "value": value, "color": COLOURS[severity]}


def _axis(widget: MetricWidget) -> dict[str, Any]:
    axis: dict[str, Any] = {"label": widget.unit, "showUnits": False}
    if widget.low is not None:
        axis["min"] = widget.low
    if widget.high is not None:
        axis["max"] = widget.high
    return axis


def text_height(text: str, width: int) -> int:
    """Rows of the grid that a text needs about."""
    room = width * CHARACTERS_A_COLUMN
    shown = re.sub(r"\]\([^)]*\)", "", text)  # where a link leads is not seen
    lines = sum(max(1, ceil(len(line) / room)) for line in shown.splitlines())
    return max(2, ceil((lines * LINE_PX + EDGE_PX) / ROW_PX))
