"""Many samples of one quantity as a handful of figures.

Percentiles interpolate linearly between the two nearest order statistics (Hyndman and Fan's
definition 7, the default of NumPy, R and spreadsheets): p50 of 10 and 20 is 15. Samples that
are None are unknown and do not count; without samples every figure is None.
"""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from voipprobe.model.summary import DelaySummary, JitterSummary, MosSummary

Array: TypeAlias = npt.NDArray[np.float64]
Samples: TypeAlias = Array | Iterable[float | None]


def delay_summary(samples_ms: Samples) -> DelaySummary:
    """n, mean, p50, p95, p99 and max of delays [ms]."""
    known = _known(samples_ms)
    if known.size == 0:
        return DelaySummary(n=0)
    p50, p95, p99 = _percentiles(known, 50, 95, 99)
    return DelaySummary(
        n=known.size, mean=_mean(known), p50=p50, p95=p95, p99=p99, max=float(known.max())
    )


def jitter_summary(readings_ms: Samples) -> JitterSummary:
    """mean, p95 and max of the RFC 3550 jitter, read after each packet [ms]."""
    known = _known(readings_ms)
    if known.size == 0:
        return JitterSummary()
    (p95,) = _percentiles(known, 95)
    return JitterSummary(mean=_mean(known), p95=p95, max=float(known.max()))


def mos_summary(scores: Samples) -> MosSummary:
    """n, mean, p5 and min of the MOS of rated streams; unrated ones (None) do not count.

    All scores must come from one model: narrowband, wideband and fullband do not mix.
    """
    known = _known(scores)
    if known.size == 0:
        return MosSummary(n=0)
    (p5,) = _percentiles(known, 5)
    return MosSummary(n=known.size, mean=_mean(known), p5=p5, min=float(known.min()))


def _known(samples: Samples) -> Array:
    if isinstance(samples, np.ndarray):
        return samples
    return np.array([sample for sample in samples if sample is not None], dtype=np.float64)


def _mean(known: Array) -> float:
    # The mean of equal samples can come out one rounding above their maximum.
    return float(np.clip(known.mean(), known.min(), known.max()))


def _percentiles(known: Array, *percents: float) -> list[float]:
    # As np.percentile, which imports masked arrays for it: a twentieth of a small analysis.
    ranks = np.array(percents) / 100 * (known.size - 1)
    figures: list[float] = np.interp(ranks, np.arange(known.size), np.sort(known)).tolist()
    return figures
