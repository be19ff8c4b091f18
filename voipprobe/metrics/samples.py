"""Arithmetic on samples that come as values and how often. Pure."""

from collections.abc import Sequence

Samples = Sequence[tuple[float, int]]


def mean(samples: Samples) -> float | None:
    """Their mean; None without any."""
    count = sum(times for _, times in samples)
    return sum(value * times for value, times in samples) / count if count else None


def percentile(samples: Samples, percent: float) -> float | None:
    """The smallest sample that at least so many percent do not exceed; None without any.

    Nearest rank: it is always a value that was measured.
    """
    ordered = sorted(samples)
    count = sum(times for _, times in ordered)
    if not count:
        return None
    rank, below = percent / 100.0 * count, 0
    for value, times in ordered:
        below += times
        if below >= rank:
            return value
    return ordered[-1][0]
