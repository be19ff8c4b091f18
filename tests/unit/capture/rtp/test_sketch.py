"""Percentiles in bounded memory."""

import numpy as np
import numpy.typing as npt
import pytest

from voipprobe.capture.kernels.declare import Array, Number, kernel
from voipprobe.capture.rtp.sketch import Samples, add, bin_edges, bin_of, settle
from voipprobe.capture.rtp.tables import EXACT_SAMPLES, HEAP, MAX_PAGES, STREAM, Tables


@kernel(STREAM, HEAP, int, np.float64)
def _add_all(streams: Array, heaps: Array, quantity: Number, samples: Array) -> None:
    for index in range(len(samples)):
        add(streams[0], heaps[0], quantity, samples[index])
    settle(streams[0], heaps[0])


def _sketch(samples: npt.NDArray[np.float64], tables: Tables | None = None) -> Samples:
    tables = tables or Tables()
    _add_all(tables.streams, tables.heap, 1, samples)
    return Samples(tables, 0, 1)


def test_every_value_lies_in_its_bin_and_bins_are_narrow() -> None:
    """Around every power of two up to the largest value, and in between."""
    powers = [1 << bit for bit in range(33)]
    values = sorted({v for p in powers for v in (p - 1, p, p + 1, p * 3 // 2) if v < 1 << 32})
    for value, index in zip(values, map(bin_of, values), strict=True):
        lower, width = bin_edges(index)
        assert lower <= value < lower + width
        assert width <= max(1, lower / 64)
        assert index < EXACT_SAMPLES


@pytest.mark.parametrize("count", [1, 2, EXACT_SAMPLES - 1, EXACT_SAMPLES])
def test_few_samples_are_exact(count: int) -> None:
    """Up to the last page the samples themselves are kept."""
    samples = np.random.default_rng(1).exponential(7, count)
    sketch = _sketch(samples)
    assert sketch.percentiles(50, 95, 99) == pytest.approx(
        np.percentile(samples, [50, 95, 99]).tolist(), abs=1e-5
    )
    assert sketch.n == count
    assert sketch.max == pytest.approx(samples.max(), abs=1e-5)


@pytest.mark.parametrize("count", [EXACT_SAMPLES + 1, 50_000])
@pytest.mark.parametrize("scale_ms", [0.001, 5.0, 3000.0])
def test_many_samples_are_right_to_the_stated_resolution(count: int, scale_ms: float) -> None:
    """0.8 %, and 10 ns where that is coarser; mean and maximum stay exact."""
    samples = np.random.default_rng(2).exponential(scale_ms, count)
    sketch = _sketch(samples)
    assert sketch.percentiles(50, 95, 99) == pytest.approx(
        np.percentile(samples, [50, 95, 99]).tolist(), rel=0.008, abs=2e-5
    )
    assert sketch.mean == pytest.approx(samples.mean(), abs=1e-5)
    assert sketch.max == pytest.approx(samples.max(), abs=1e-5)


def test_equal_samples_have_one_percentile() -> None:
    """A histogram must not spread them over its bin by more than its resolution."""
    sketch = _sketch(np.full(10_000, 20.0))
    assert sketch.percentiles(5, 50, 99) == pytest.approx([20.0] * 3, rel=0.008)


def test_no_samples_and_no_room_are_unknown() -> None:
    """Neither is zero; with no room the mean is known all the same."""
    assert _sketch(np.empty(0)).percentiles(50) == [None]
    assert _sketch(np.empty(0)).mean is None
    full = Tables()
    full.heap["pages_used"] = MAX_PAGES
    sketch = _sketch(np.full(10, 3.0), full)
    assert (sketch.percentiles(95), sketch.mean, sketch.max) == ([None], 3.0, 3.0)
