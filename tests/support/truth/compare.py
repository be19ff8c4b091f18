"""A stream as the analyser found it against its truth: every figure, or what differs."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from support.truth.account import Truth
from voipprobe.model.stream import Stream
from voipprobe.model.summary import DelaySummary, JitterSummary

COUNTS = (
    "packets", "payload_types", "expected", "lost", "duplicates", "reordered", "restarts",
    "discarded", "delta_max_ms",
)  # fmt: skip
GAPS = ("bursts", "burst_density_ratio", "gap_density_ratio", "burst_ms_mean", "gap_ms_mean")
MICROSECOND_MS = 0.001
DRIFT_PPM = 0.3
EXACT_SAMPLES = 2048


def differences(found: Stream, truth: Truth) -> dict[str, tuple[object, object]]:
    """Name -> (found, true) of every figure that is not exact, or not as close as promised.

    Counts and the longest gap are exact, densities and means of them to rounding, times to a
    microsecond, the drift to 0.3 ppm.
    """
    return {
        name: (mine, true)
        for name, mine, true, tolerance in _figures(found, truth)
        if mine
        != (true if true is None or tolerance is None else pytest.approx(true, abs=tolerance))
    }


def _figures(found: Stream, truth: Truth) -> Iterator[tuple[str, object, object, float | None]]:
    """(name, found, true, tolerance)."""
    for name in COUNTS:
        yield name, getattr(found, name), getattr(truth, name), None
    for name in GAPS:
        yield name, getattr(found.burst, name), getattr(truth.gaps, name), 1e-9
    yield from _times("jitter_ms", found.jitter_ms, truth.jitter_ms, (95,))
    yield "ipdv_ms.n", found.ipdv_ms.n, len(truth.ipdv_ms), None
    yield from _times("ipdv_ms", found.ipdv_ms, truth.ipdv_ms, (50, 95, 99))
    if found.drift_ppm is not None:
        yield "drift_ppm", found.drift_ppm, truth.drift_ppm, DRIFT_PPM


def _times(
    name: str,
    found: JitterSummary | DelaySummary,
    samples: Sequence[float],
    percents: Sequence[int],
) -> Iterator[tuple[str, object, object, float | None]]:
    known = np.array(samples)
    mean, most = (float(known.mean()), float(known.max())) if samples else (None, None)
    yield f"{name}.mean", found.mean, mean, MICROSECOND_MS
    yield f"{name}.max", found.max, most, MICROSECOND_MS
    if len(samples) <= EXACT_SAMPLES:
        for percent in percents:
            value = float(np.percentile(samples, percent)) if samples else None
            yield f"{name}.p{percent}", getattr(found, f"p{percent}"), value, MICROSECOND_MS
