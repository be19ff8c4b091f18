"""What the keys of a template must not contradict: the catalogue, and the alarms that there are.

Each check yields (key, mistake) so that all mistakes of a file are told at once.
"""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from string import Template as Words
from typing import Final

from voipprobe.aws.alarms.definitions.checks import statistic_mistakes
from voipprobe.aws.alarms.definitions.model import Definitions, Watches
from voipprobe.aws.dashboards.templates.model import (
    EachWidget,
    Line,
    MatrixWidget,
    MetricWidget,
    Template,
    TextWidget,
    Widget,
)
from voipprobe.metrics.catalogue import AGENT, CATALOGUE, PATH

Mistakes = Iterator[tuple[str, str]]

EVERYWHERE: Final = frozenset({"namespace", "links", "explain", "cost"})
OF_DASHBOARD: Final = {"fleet": EVERYWHERE, "region": EVERYWHERE | {"region"},
                       "agent": EVERYWHERE | {"agent"}}  # fmt: skip
OF_PATH: Final = frozenset({"source", "destination", "scenario"})
OF_AGENT: Final = frozenset({"source"})


def mistakes_of_template(template: Template, definitions: Definitions) -> Mistakes:
    """Everything that is wrong with a template whose keys and types are right."""
    check = _Check(definitions, OF_DASHBOARD[template.one_for])
    yield from check.words("title", template.title, ())
    for index, widget in enumerate(template.widgets):
        for key, told in check.widget(widget):
            yield f"widgets[{index}].{key}", told


def words_of(watches: Watches) -> frozenset[str]:
    """What `${...}` can stand for of one thing that is watched."""
    return OF_AGENT if watches is Watches.AGENTS else OF_PATH


class _Check:
    """One method for each kind of widget."""

    def __init__(self, definitions: Definitions, known: frozenset[str]) -> None:
        self.definitions = definitions
        self.known = known

    def widget(self, widget: Widget, around: Watches | None = None) -> Mistakes:
        match widget:
            case TextWidget():
                for line in widget.text:
                    yield from self.words("text", line, words_of(around) if around else ())
            case MetricWidget():
                yield from self.metric(widget, around)
            case MatrixWidget():
                yield from self.lines(widget.lines, widget.watches)
            case EachWidget():
                yield from self.each(widget)
            case _:
                yield from self.words("title", widget.title, ())
                known = {**self.definitions.alarm, **self.definitions.region}
                yield from self.alarms("alarms", widget.alarms, known)

    def each(self, widget: EachWidget) -> Mistakes:
        for index, inner in enumerate(widget.widgets):
            for key, told in self.widget(inner, widget.watches):
                yield f"widgets[{index}].{key}", told

    def metric(self, widget: MetricWidget, around: Watches | None) -> Mistakes:
        if around and (around is Watches.AGENTS) != (widget.watches is Watches.AGENTS):
            yield "watches", f"{widget.watches} cannot be shown for each of {around}"
        yield from self.words("title", widget.title, words_of(around) if around else ())
        yield from self.lines(widget.lines, widget.watches)
        with_thresholds = [n for n, one in self.definitions.alarm.items() if one.thresholds]
        yield from self.alarms("thresholds", widget.thresholds, with_thresholds)

    def alarms(self, key: str, names: Iterable[str], known: Collection[str]) -> Mistakes:
        for name in names:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                yield key, f"there is no alarm {name!r} with a threshold{hint}"

    def lines(self, lines: Iterable[Line], watches: Watches) -> Mistakes:
        for index, line in enumerate(lines):
            for key, told in self.line(line, watches):
                yield f"lines[{index}].{key}", told
            yield from self.words(f"lines[{index}].label", line.label, words_of(watches))

    def line(self, line: Line, watches: Watches) -> Mistakes:
        if line.alarm is not None:
            if line.metric or line.statistic:
                yield "alarm", "either this or metric and statistic"
            usable = [n for n, one in self.definitions.alarm.items() if one.thresholds]
            yield from self.alarms("alarm", [line.alarm], usable)
            return
        metric = CATALOGUE.get(line.metric or "")
        if metric is None:
            near = get_close_matches(line.metric or "", CATALOGUE, n=1, cutoff=0.0)
            yield "metric", f"there is no metric {line.metric!r}; did you mean {near[0]!r}?"
            return
        if metric.dimensions != (AGENT if watches is Watches.AGENTS else PATH):
            yield "metric", f"{watches} do not have {metric.name}"
        yield from statistic_mistakes("statistic", line.statistic or "", metric.kind)

    def words(self, key: str, text: str, more: Iterable[str]) -> Mistakes:
        words = Words(text)
        if not words.is_valid():
            yield key, "a $ that begins no ${word}: write $$"
            return
        known = self.known | set(more)
        for name in words.get_identifiers():
            if name not in known:
                yield (
                    key,
                    f"${{{name}}} stands for nothing here; there are {', '.join(sorted(known))}",
                )
