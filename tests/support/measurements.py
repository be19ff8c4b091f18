"""Measurements as agents make them, and what CloudWatch must hold of them."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from support.moto import Kept
from voipprobe.aws.metrics.datum import minute_s
from voipprobe.metrics.catalogue import CATALOGUE, PATH, Kind, Metric
from voipprobe.model.measurement import Measurement, counted

NAMESPACE = "VoipProbe"
SOURCE = "us-east-1"


def measurement(
    metric: str,
    values: Iterable[float],
    at: float,
    *,
    destination: str = "us-west-2",
    scenario: str = "call",
) -> Measurement:
    """Of one path, or of the agent where the metric is the agent's."""
    given = {"Source": SOURCE, "Destination": destination, "Scenario": scenario}
    dimensions = tuple((name, given[name]) for name in CATALOGUE[metric].dimensions)
    return Measurement(metric=metric, dimensions=dimensions, at=at, samples=counted(values))


def one_round(at: float, *, seed: int = 0, paths: int = 1, calls: int = 10) -> list[Measurement]:
    """Every metric of so many paths at one time, as a round of calls would measure it."""
    chance = np.random.default_rng(seed)
    return [
        measurement(metric.name, _values(metric, chance, calls), at, destination=f"peer-{path}")
        for path in range(paths)
        for metric in CATALOGUE.values()
        if metric.dimensions == PATH
    ]


def _values(metric: Metric, chance: np.random.Generator, calls: int) -> list[float]:
    if metric.kind is Kind.COUNTER:
        return [float(chance.integers(1, 100))]
    return [float(value) for value in chance.lognormal(2.0, 1.0, calls)]


def expected(measurements: Sequence[Measurement]) -> dict[Kept, Counter[float]]:
    """Every sample where CloudWatch must keep it, with how often."""
    found: dict[Kept, Counter[float]] = {}
    for one in measurements:
        unit = CATALOGUE[one.metric].unit.value
        kept = Kept(NAMESPACE, one.metric, one.dimensions, minute_s(one.at), unit)
        found.setdefault(kept, Counter()).update(dict(one.samples))
    return found
