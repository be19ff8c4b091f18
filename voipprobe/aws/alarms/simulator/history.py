"""Measurements as CloudWatch would keep them: by metric and dimensions, in order of time."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable

from voipprobe.aws.alarms.simulator.statistics import Samples
from voipprobe.model.measurement import Measurement

SeriesKey = tuple[str, tuple[tuple[str, str], ...]]
"""A metric's name with its dimensions in order of name: AWS does not heed their order."""


def series_key(metric: str, dimensions: Iterable[tuple[str, str]]) -> SeriesKey:
    """Under which a metric's measurements are kept."""
    return metric, tuple(sorted(dimensions))


class History:
    """All measurements of a time; statistics of any period of it."""

    def __init__(self, measurements: Iterable[Measurement]) -> None:
        kept: dict[SeriesKey, list[tuple[float, Samples]]] = defaultdict(list)
        for one in measurements:
            kept[series_key(one.metric, one.dimensions)].append((one.at, one.samples))
        self._kept = {key: sorted(rows, key=lambda row: row[0]) for key, rows in kept.items()}
        self._times = {key: [at for at, _ in rows] for key, rows in self._kept.items()}

    @property
    def span(self) -> tuple[float, float] | None:
        """The first and the last time of a measurement; None if there is none."""
        if not self._times:
            return None
        return min(t[0] for t in self._times.values()), max(t[-1] for t in self._times.values())

    def datapoint(
        self, key: SeriesKey, statistic: Callable[[Samples], float], start: float, end: float
    ) -> float | None:
        """The statistic of a series from start up to but without end; None without samples."""
        times = self._times.get(key)
        if times is None:
            return None
        first, last = bisect_left(times, start), bisect_left(times, end)
        if first == last:
            return None
        return statistic([one for _, samples in self._kept[key][first:last] for one in samples])
