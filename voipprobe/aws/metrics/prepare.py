"""Measurements sorted into what can be sent, what never can, and what came too late.

Pure. One that does not pass is refused alone, before it is merged with its neighbours.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from voipprobe.aws.metrics.datum import Group, Member, data_of, grouped, minute_s
from voipprobe.aws.metrics.limits import DOCUMENTED, Limits
from voipprobe.aws.metrics.validate import datum_mistakes
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.measurement import Measurement

LATEST_AT = 253_402_300_799.0
"""The end of the year 9999: no date can say more."""


class Refusal(NamedTuple):
    """A measurement that CloudWatch will never take, and why not."""

    place: int
    reason: str


class Prepared(NamedTuple):
    """All that was given, each measurement in exactly one place."""

    groups: list[Group]
    refused: list[Refusal]
    too_old: list[int]


def prepare(
    measurements: Sequence[Measurement], now: float, limits: Limits = DOCUMENTED
) -> Prepared:
    """Groups of data that pass, and the measurements that do not.

    Args:
        measurements: in any order.
        now: epoch seconds.
        limits: of CloudWatch.
    """
    good: list[Member] = []
    refused: list[Refusal] = []
    too_old: list[int] = []
    for place, measurement in enumerate(measurements):
        mistakes = unfit(measurement) or _mistakes(measurement, now, limits)
        if not mistakes:
            good.append(Member(place, measurement))
        elif not unfit(measurement) and now - minute_s(measurement.at) > limits.past_s:
            too_old.append(place)
        else:
            refused.append(Refusal(place, "; ".join(mistakes)))
    return Prepared(grouped(good), refused, too_old)


def unfit(measurement: Measurement) -> tuple[str, ...]:
    """Why a measurement cannot even be made into a datum."""
    metric = CATALOGUE.get(measurement.metric)
    if metric is None:
        return (f"{measurement.metric!r} is not in the catalogue",)
    given = tuple(name for name, _ in measurement.dimensions)
    if sorted(given) != sorted(metric.dimensions):
        wanted = ", ".join(metric.dimensions)
        return (f"{metric.name}: dimensions {', '.join(given) or 'none'}, not {wanted}",)
    if not math.isfinite(measurement.at) or not 0 <= measurement.at <= LATEST_AT:
        return (f"{metric.name}: time {measurement.at} is no time",)
    return ()


def _mistakes(measurement: Measurement, now: float, limits: Limits) -> tuple[str, ...]:
    data = data_of(measurement)
    if not data:
        return (f"{measurement.metric}: no samples",)
    found = (mistake for datum in data for mistake in datum_mistakes(datum, now, limits))
    return tuple(dict.fromkeys(found))
