"""How much a ratio of few calls can say.

Knows counts of failures and trials. The default confidence is 95 %.
"""

from math import ceil, log, sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """Where the true ratio lies (0..1) with the confidence that was asked for."""

    low: float
    high: float


def wilson(hits: int, trials: int, confidence: float = 0.95) -> Interval | None:
    """The two-sided Wilson score interval of hits / trials; None without trials.

    0 failures in 1000 calls still allow 0.38 %.

    Raises:
        ValueError: hits outside 0..trials, or confidence outside 0..1.

    Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212.
    """
    _require_confidence(confidence)
    if not 0 <= hits <= trials:
        raise ValueError(f"hits must lie within 0..trials: {hits} of {trials}")
    if trials == 0:
        return None
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    ratio, z2 = hits / trials, z * z
    centre = (ratio + z2 / (2.0 * trials)) / (1.0 + z2 / trials)
    half = z / (1.0 + z2 / trials)
    half *= sqrt(ratio * (1.0 - ratio) / trials + z2 / (4.0 * trials * trials))
    # At the edges the interval touches 0 or 1 exactly; rounding must not leave it beside.
    low = 0.0 if hits == 0 else centre - half
    high = 1.0 if hits == trials else centre + half
    return Interval(low, high)


def clean_calls_needed(failure_ratio: float, confidence: float = 0.95) -> int:
    """How many calls without a failure it takes to claim fewer failures than `failure_ratio`.

    2,995 for 0.1 % at 95 %: the smallest n with (1 - p)^n <= 1 - confidence.

    Raises:
        ValueError: failure_ratio or confidence outside 0..1.
    """
    _require_confidence(confidence)
    if not 0.0 < failure_ratio < 1.0:
        raise ValueError(f"failure_ratio must lie between 0 and 1, not {failure_ratio}")
    return ceil(log(1.0 - confidence) / log(1.0 - failure_ratio))


def _require_confidence(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
