"""Percentiles in bounded memory."""

import numpy as np
import numpy.typing as npt
import pytest

from voipprobe.capture.jit import Array, Number, kernel
from voipprobe.capture.rtp.sketch import EXACT_SAMPLES, Samples, add, bin_edges, bin_of
from voipprobe.capture.rtp.tables import MAX_PAGES, Tables


@kernel
def _add_all(streams: Array, heaps: Array, quantity: Number, samples: Array) -> None:
    for sample in samples:
        add(streams[0], heaps[0], quantity, sample)


@kernel
def _bins(values: Array) -> Array:
    bins = np.empty(len(values), dtype=np.int64)
    for index in range(len(values)):
        bins[index] = bin_of(values[index])
    return bins


def _sketch(samples: npt.NDArray[np.float64], tables: Tables | None = None) -> Samples:
    tables = tables or Tables()
    _add_all(tables.streams, tables.heap, np.int64(1), samples)
    return Samples(tables, 0, 1)


def test_every_value_lies_in_its_bin_and_bins_are_narrow() -> None:
    """Around every power of two up to the largest value, and in between."""
    powers = [1 << bit for bit in range(33)]
    values = sorted({v for p in powers for v in (p - 1, p, p + 1, p * 3 // 2) if v < 1 << 32})
    for value, index in zip(values, _bins(np.array(values)).tolist(), strict=True):
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
