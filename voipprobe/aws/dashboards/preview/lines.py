"""The `metrics` of a widget to the datapoints of its lines. Pure.

Knows what alarms know of statistics and metric math. Must not know what a dashboard looks like.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from voipprobe.aws.alarms.math.expression import read_expression
from voipprobe.aws.alarms.simulator.history import History, SeriesKey, series_key
from voipprobe.aws.alarms.simulator.statistics import Samples, statistic
from voipprobe.model.preview import PreviewLine, Value

Row = Sequence[Any]
Periods = Sequence[tuple[float, float]]
"""Begin and end of each, epoch seconds."""


@dataclass(frozen=True, slots=True)
class _Metric:
    key: SeriesKey
    statistic: Callable[[Samples], float]

    def value(self, history: History, begin: float, end: float) -> Value:
        return history.datapoint(self.key, self.statistic, begin, end)


def periods_of(since: float, until: float, period_s: int) -> Periods:
    """Whole periods, as CloudWatch aligns them, that touch the time."""
    first = int(since // period_s) * period_s
    begins = range(first, max(first + 1, ceil(until)), period_s)
    return [(float(begin), float(begin + period_s)) for begin in begins]


def lines_of(rows: Sequence[Row], history: History, periods: Periods) -> tuple[PreviewLine, ...]:
    """Every line that is visible, in order.

    Args:
        rows: of a body's widget.
        history: what was measured.
        periods: of the datapoints.

    Raises:
        ConfigError: an expression or a statistic is not one that we know.
    """
    return tuple(_lines(rows, history, periods))


def _lines(rows: Sequence[Row], history: History, periods: Periods) -> Iterator[PreviewLine]:
    metrics = {_id(row, index): _metric(row) for index, row in enumerate(rows)
               if isinstance(row[0], str)}  # fmt: skip
    points = {name: [one.value(history, *period) for period in periods]
              for name, one in metrics.items()}  # fmt: skip
    for index, row in enumerate(rows):
        options = row[-1]
        if options.get("visible", True) is False:
            continue
        if isinstance(row[0], str):
            values = points[_id(row, index)]
        else:
            values = _worked_out(options["expression"], points, len(periods))
        yield PreviewLine(label=options.get("label", ""), values=tuple(values))


def _worked_out(text: str, points: Mapping[str, Sequence[Value]], count: int) -> list[Value]:
    expression = read_expression(text, list(points))
    return [
        expression.value({name: values[index] for name, values in points.items()})
        for index in range(count)
    ]


def _id(row: Row, index: int) -> str:
    """A metric without an Id has one that no expression can name."""
    return str(row[-1].get("id", f"#{index}"))


def _metric(row: Row) -> _Metric:
    _, name, *pairs, options = row
    dimensions = zip(pairs[::2], pairs[1::2], strict=True)
    return _Metric(series_key(name, dimensions), statistic(options["stat"]))
