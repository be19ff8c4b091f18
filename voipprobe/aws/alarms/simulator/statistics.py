"""The statistics of a period's samples, as CloudWatch defines them.

Source: Amazon CloudWatch User Guide, "CloudWatch statistics definitions". CloudWatch may keep
samples in bins; here each keeps its value, so that a percentile can differ by a bin's width.
Must not know periods or metrics.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Final

from voipprobe.model.errors import ConfigError

Samples = Sequence[tuple[float, int]]
"""(value, how often); at least one."""

_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
_RANK: Final = re.compile(r"PR\((-?\d+\.?\d*)?:(-?\d+\.?\d*)?\)")


def sample_count(samples: Samples) -> float:
    """How many."""
    return float(sum(times for _, times in samples))


def total(samples: Samples) -> float:
    """Their sum."""
    return sum(value * times for value, times in samples)


def average(samples: Samples) -> float:
    """Sum / SampleCount."""
    return total(samples) / sample_count(samples)


def lowest(samples: Samples) -> float:
    """The smallest."""
    return min(value for value, _ in samples)


def highest(samples: Samples) -> float:
    """The largest."""
    return max(value for value, _ in samples)


BASIC: Final[Mapping[str, Callable[[Samples], float]]] = {
    "SampleCount": sample_count,
    "Sum": total,
    "Average": average,
    "Minimum": lowest,
    "Maximum": highest,
}
"""Statistics that PutMetricAlarm takes as `Statistic`; others are an `ExtendedStatistic`."""


def statistic(name: str) -> Callable[[Samples], float]:
    """How a statistic is computed.

    Args:
        name: as in CloudWatch: one of `BASIC`, `p95`, `PR(:3.6)`, `PR(20:)`, `PR(1:5)`.

    Raises:
        ConfigError: CloudWatch does not know it, or our alarms do not use it.
    """
    if name in BASIC:
        return BASIC[name]
    if found := _PERCENTILE.fullmatch(name):
        percent = float(found[1])
        return lambda samples: percentile(samples, percent)
    if (found := _RANK.fullmatch(name)) and (found[1] or found[2]):
        low, high = float(found[1] or -inf), float(found[2] or inf)
        return lambda samples: percentile_rank(samples, low, high)
    known = ", ".join(BASIC)
    raise ConfigError(f"statistic {name!r} is not one of {known}, p95, PR(:3.6), PR(20:), PR(1:5)")


def percentile(samples: Samples, percent: float) -> float:
    """The smallest value that this percentage of all samples does not exceed."""
    ordered = sorted(samples)
    wanted = sample_count(samples) * percent / 100
    seen = 0
    for value, times in ordered:
        seen += times
        if seen >= wanted:
            return value
    return ordered[-1][0]


def percentile_rank(samples: Samples, low: float, high: float) -> float:
    """The percentage of samples above `low` and not above `high`.

    Source: exclusive of the lower bound and inclusive of the upper bound.
    """
    inside = sum(times for value, times in samples if low < value <= high)
    return 100 * inside / sample_count(samples)
