"""The matrix of paths: CloudWatch has none, so it is a grid of widgets with numbers. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from voipprobe.aws.alarms.definitions.model import Definitions
from voipprobe.aws.dashboards.dashboard import BodyWidget
from voipprobe.aws.dashboards.layout import NEW_ROW
from voipprobe.aws.dashboards.metrics import rows_of
from voipprobe.aws.dashboards.subjects import Subject
from voipprobe.aws.dashboards.templates.model import GRID, Line, MatrixWidget

MOST_COLUMNS: Final = 5
"""More would be narrower than a number: then each source has one widget for each number."""
HEAD_COLUMNS: Final = 3
"""What the name of a source needs at least."""


def matrix_widgets(
    widget: MatrixWidget, subjects: Sequence[Subject], definitions: Definitions, namespace: str
) -> Iterator[BodyWidget]:
    """Row by row: its source, then what its paths to each destination show.

    Args:
        widget: of the template.
        subjects: the paths; several scenarios of one path share a cell.
        definitions: of the alarms that a cell may show.
        namespace: of the metrics.
    """
    ends = sorted({one.dimensions["Destination"] for one in subjects})
    make = _Matrix(widget, subjects, definitions, namespace)
    for source in sorted({one.dimensions["Source"] for one in subjects}):
        if len(ends) <= MOST_COLUMNS:
            yield from make.row(source, ends)
        else:
            yield from make.lists(source)


class _Matrix:
    def __init__(
        self,
        widget: MatrixWidget,
        subjects: Sequence[Subject],
        definitions: Definitions,
        namespace: str,
    ) -> None:
        self._widget = widget
        self._subjects = subjects
        self._definitions = definitions
        self._namespace = namespace
        self._scenarios = len({one.dimensions["Scenario"] for one in subjects})

    def row(self, source: str, ends: Sequence[str]) -> Iterator[BodyWidget]:
        """A cell for each destination."""
        width = (GRID - HEAD_COLUMNS) // len(ends)
        yield self._words(GRID - width * len(ends), f"### {source} →", first=True)
        for end in ends:
            paths = self._paths(source, end)
            if paths:
                yield self._numbers(f"→ {end}", paths, self._widget.lines, width)
            else:
                yield self._words(width, "·" if end == source else "not measured")

    def lists(self, source: str) -> Iterator[BodyWidget]:
        """For each number a widget that has all destinations."""
        width = (GRID - HEAD_COLUMNS) // len(self._widget.lines)
        yield self._words(GRID - width * len(self._widget.lines), f"### {source} →", first=True)
        paths = self._paths(source)
        for line in self._widget.lines:
            named = line.model_copy(update={"label": "${destination}"})
            yield self._numbers(line.label, paths, (named,), width)

    def _paths(self, source: str, end: str | None = None) -> list[Subject]:
        return [
            one
            for one in self._subjects
            if one.dimensions["Source"] == source and end in {None, one.dimensions["Destination"]}
        ]

    def _numbers(
        self, title: str, paths: Sequence[Subject], lines: Sequence[Line], width: int
    ) -> BodyWidget:
        if self._scenarios > 1:
            lines = [
                one.model_copy(update={"label": f"{one.label} ${{scenario}}"}) for one in lines
            ]
        return {
            "type": "metric",
            "width": width,
            "height": self._widget.height,
            "properties": {
                "title": title,
                "view": "singleValue",
                "region": paths[0].region,
                "period": 300,
                "metrics": rows_of(lines, paths, self._definitions, self._namespace),
                "setPeriodToTimeRange": True,
                "sparkline": False,
            },
        }

    def _words(self, width: int, text: str, *, first: bool = False) -> BodyWidget:
        return {"type": "text", "width": width, "height": self._widget.height, NEW_ROW: first,
                "properties": {"markdown": text}}  # fmt: skip
