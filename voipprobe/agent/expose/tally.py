"""Measurements added up since the agent began, as a scraper wants them. Pure."""

import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from voipprobe.metrics.catalogue import CATALOGUE, Kind
from voipprobe.model.measurement import Measurement

Dimensions = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Series:
    """One metric of one path or agent.

    Attributes:
        total: the sum of all samples; of a gauge the last one.
        count: how many samples.
        buckets: of a distribution: samples not above each bound, and one for those above all.
    """

    total: float = 0.0
    count: int = 0
    buckets: list[int] = field(default_factory=list)


class Tally:
    """All series; any thread may add and read."""

    def __init__(self) -> None:
        self._series: dict[str, dict[Dimensions, Series]] = {}
        self._lock = threading.Lock()

    def add(self, measurements: Iterable[Measurement]) -> None:
        """Count measurements in."""
        with self._lock:
            for one in measurements:
                self._add(one)

    def read(self) -> dict[str, dict[Dimensions, Series]]:
        """A copy of all series by metric."""
        with self._lock:
            return {
                name: {
                    dimensions: Series(one.total, one.count, list(one.buckets))
                    for dimensions, one in by_dimensions.items()
                }
                for name, by_dimensions in self._series.items()
            }

    def _add(self, measurement: Measurement) -> None:
        metric = CATALOGUE[measurement.metric]
        by_dimensions = self._series.setdefault(metric.name, {})
        series = by_dimensions.get(measurement.dimensions)
        if series is None:
            buckets = [0] * (len(metric.buckets) + 1) if metric.buckets else []
            series = by_dimensions[measurement.dimensions] = Series(buckets=buckets)
        if metric.kind is Kind.GAUGE:
            series.total, series.count = measurement.samples[-1][0], 1
            return
        series.total += measurement.total
        series.count += measurement.count
        for value, times in measurement.samples if series.buckets else ():
            series.buckets[bisect_left(metric.buckets, value)] += times
