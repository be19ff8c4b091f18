"""The matrix of a mesh out of CloudWatch: what its cells need, as CloudWatch computes it.

A statistic of the whole time is asked for as that of one period of that length, so that
percentiles are CloudWatch's own, of all samples. Must not know how cells are made of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from voipprobe.aws.metrics.read import Points, Series, read_by
from voipprobe.aws.session import client
from voipprobe.metrics.matrix import MEANS, PERCENTILES, TOTALS
from voipprobe.model.errors import CloudError
from voipprobe.model.measurement import Measurement
from voipprobe.model.path import Path

Dimensions = tuple[tuple[str, str], ...]

MINUTES_KEPT_S: Final = 15 * 86400
"""CloudWatch keeps minutes that long; older ones are asked for in multiples of five."""
OLD_PERIOD_S: Final = 300
FINEST: Final = 1440
"""Into so many periods the time is divided to know when a path was last measured."""
ROUNDS: Final = "Rounds"
COUNTED: Final = (*MEANS, *PERCENTILES)
"""Of these the number of samples is asked for, too: paths with several scenarios are joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshReading:
    """What CloudWatch said.

    Attributes:
        measurements: one for each statistic of each path. complaints: what is not known, and why.
    """

    measurements: tuple[Measurement, ...]
    complaints: tuple[str, ...]


def read_mesh(
    namespace: str, paths: Iterable[tuple[Path, str | None]], since: float, until: float
) -> MeshReading:
    """What the cells of these paths need.

    Args:
        namespace: of the metrics.
        paths: each with the Region where its metrics are; None for the environment's.
        since: epoch seconds.
        until: likewise.

    Raises:
        CloudError: refused or not answered. Where only percentiles are, they are missing and
            a complaint says so.
    """
    by_region: dict[str | None, list[Dimensions]] = defaultdict(list)
    for path, region in paths:
        by_region[region].append(dimensions_of(path))
    found: list[Measurement] = []
    complaints: list[str] = []
    for region, dimensions in by_region.items():
        with closing(client("cloudwatch", region=region)) as reader:
            ask = _Asking(reader, namespace, *_window(since, until))
            points = ask.exact(dimensions)
            try:
                points |= ask.points(_statistics(dimensions, _percentiles()))
            except CloudError as error:
                complaints.append(f"unknown are {', '.join(PERCENTILES)}: {error}")
        found += measurements_of(points, dimensions)
    return MeshReading(measurements=tuple(found), complaints=tuple(complaints))


def dimensions_of(path: Path) -> Dimensions:
    """Of a path's metrics, in the catalogue's order."""
    return (
        ("Source", path.source), ("Destination", path.destination), ("Scenario", path.scenario),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asking:
    """A client, a namespace, and a time that is one period long."""

    reader: Any
    namespace: str
    step_s: int
    start: float
    end: float

    def exact(self, dimensions: Sequence[Dimensions]) -> dict[Series, Points]:
        """Sums and means; the rounds in short periods: the last of them says when that was."""
        short_s = self.step_s * ceil((self.end - self.start) / self.step_s / FINEST)
        rounds = self.points(_statistics(dimensions, [(ROUNDS, "Sum")]), short_s)
        return rounds | self.points(_statistics(dimensions, _exact()))

    def points(self, wanted: Sequence[Series], period_s: int | None = None) -> dict[Series, Points]:
        """Of one period that is the whole time, unless another is asked for."""
        return read_by(
            self.reader, self.namespace, wanted, start=self.start, end=self.end,
            period_s=period_s or int(self.end - self.start),
        )  # fmt: skip


def _window(since: float, until: float) -> tuple[int, float, float]:
    """The time in whole minutes, or in fives where minutes are no longer kept."""
    step_s = 60 if until - since < MINUTES_KEPT_S else OLD_PERIOD_S
    end = ceil(until / step_s) * step_s
    return step_s, end - ceil((until - since) / step_s) * step_s, end


def _exact() -> Iterator[tuple[str, str]]:
    yield from ((metric, "Sum") for metric in TOTALS if metric != ROUNDS)
    yield from ((metric, "Average") for metric in MEANS)
    yield from ((metric, "SampleCount") for metric in COUNTED)


def _percentiles() -> Iterator[tuple[str, str]]:
    yield from ((metric, f"p{percent}") for metric, percent in PERCENTILES.items())


def _statistics(
    dimensions: Iterable[Dimensions], wanted: Iterable[tuple[str, str]]
) -> list[Series]:
    each = tuple(wanted)
    return [Series(metric, one, statistic) for one in dimensions for metric, statistic in each]


def measurements_of(
    points: Mapping[Series, Points], dimensions: Iterable[Dimensions]
) -> Iterator[Measurement]:
    """CloudWatch's statistics as samples of which the matrix makes the same again.

    A sum is one sample, a mean or percentile one that counts as many times as there were samples.
    """
    for one in dimensions:
        for metric, statistic in ((ROUNDS, "Sum"), *_exact(), *_percentiles()):
            if statistic == "SampleCount":
                continue
            for at, value in points.get(Series(metric, one, statistic), ()):
                times = 1
                if metric in COUNTED:
                    counts = dict(points.get(Series(metric, one, "SampleCount"), ()))
                    times = int(counts.get(at, 1))
                yield Measurement(metric=metric, dimensions=one, at=at, samples=((value, times),))
