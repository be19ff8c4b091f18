"""Percentiles of any number of samples in bounded memory.

The first EXACT_SAMPLES samples of a quantity are kept as they are (to 10 ns); beyond, they
become a histogram with 64 bins per doubling, whose percentiles are right to 0.8 % (and to
10 ns below 0.64 us). Mean, maximum and n are exact always.

Knows samples and pages; must not know what a sample means.
"""

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.jit import Array, Number, int64, part
from voipprobe.capture.rtp.tables import (
    MAX_PAGES,
    PAGE_SAMPLES,
    PAGES,
    SKETCH_PAGES,
    Tables,
)

EXACT_SAMPLES: Final = SKETCH_PAGES * PAGE_SAMPLES
UNITS_PER_MS: Final = 100_000
_LARGEST: Final = (1 << 32) - 1
_BINS_PER_DOUBLING: Final = 64


@part
def bin_of(value: Number) -> Number:
    """The histogram bin of a value in 0..2^32-1."""
    if value < _BINS_PER_DOUBLING:
        return value
    shift = int64(math.frexp(float(value))[1]) - 7
    return (shift + 1) * _BINS_PER_DOUBLING + (value >> shift) - _BINS_PER_DOUBLING


@part
def _new_page(control: Array) -> Number:
    """The number of a fresh page from 1, or 0 when all are taken."""
    if control[PAGES] >= MAX_PAGES:
        return 0
    control[PAGES] += 1
    return control[PAGES]


@part
def _count(pages: Array, pool: Array, value: Number) -> None:
    index = bin_of(value)
    pool[pages[index // PAGE_SAMPLES] - 1, index % PAGE_SAMPLES] += 1


@part
def _to_histogram(pages: Array, pool: Array) -> None:
    samples = np.empty(EXACT_SAMPLES, dtype=np.int64)
    for index in range(EXACT_SAMPLES):
        page = pages[index // PAGE_SAMPLES] - 1
        samples[index] = pool[page, index % PAGE_SAMPLES]
        pool[page, index % PAGE_SAMPLES] = 0
    for index in range(EXACT_SAMPLES):
        _count(pages, pool, samples[index])


@part
def add(sketch: Array, pages: Array, pool: Array, control: Array, sample_ms: Number) -> None:
    """Take in one sample [ms], negative ones as 0."""
    value = min(max(int64(sample_ms * UNITS_PER_MS + 0.5), 0), _LARGEST)
    index = sketch.n
    sketch.n = index + 1
    sketch.total += sample_ms
    sketch.maximum = max(sketch.maximum, value)
    if sketch.incomplete:
        return
    if index >= EXACT_SAMPLES:
        if index == EXACT_SAMPLES:
            _to_histogram(pages, pool)
        _count(pages, pool, value)
        return
    if index % PAGE_SAMPLES == 0:
        page = _new_page(control)
        if page == 0:
            sketch.incomplete = 1
            return
        pages[index // PAGE_SAMPLES] = page
    pool[pages[index // PAGE_SAMPLES] - 1, index % PAGE_SAMPLES] = value


class Samples:
    """What the kernel kept of one quantity of one stream.

    Attributes:
        n: samples. mean, max: in ms, None without samples.
    """

    def __init__(self, tables: Tables, stream: int, quantity: int) -> None:
        row = tables.sketches[stream, quantity]
        self.n = int(row["n"])
        self.mean = float(row["total"]) / self.n if self.n else None
        self.max = int(row["maximum"]) / UNITS_PER_MS if self.n else None
        pages = tables.pages[stream, quantity]
        values = tables.pool[pages[pages > 0] - 1].reshape(-1)
        self._complete = not row["incomplete"]
        self._exact = values[: self.n] if self.n <= EXACT_SAMPLES else None
        self._counts = values

    def percentiles(self, *percents: float) -> list[float | None]:
        """Percentiles [ms]; None without samples or where there was no room for them."""
        if self.n == 0 or not self._complete:
            return [None] * len(percents)
        if self._exact is not None:
            return [*(np.percentile(self._exact, percents) / UNITS_PER_MS).tolist()]
        return [_histogram_percentile(self._counts, self.n, percent) for percent in percents]


def bin_edges(index: int) -> tuple[int, int]:
    """(lower edge, width) of a histogram bin, the inverse of `bin_of`."""
    doubling, within = divmod(index, _BINS_PER_DOUBLING)
    if doubling == 0:
        return within, 1
    return (within + _BINS_PER_DOUBLING) << (doubling - 1), 1 << (doubling - 1)


def _histogram_percentile(counts: npt.NDArray[Any], n: int, percent: float) -> float:
    """A percentile [ms], its samples thought to lie evenly within their bin."""
    rank = (n - 1) * percent / 100
    ends = np.cumsum(counts, dtype=np.int64)
    index = int(np.searchsorted(ends, rank, side="right"))
    lower, width = bin_edges(index)
    before = ends[index] - counts[index]
    share = (rank - before + 0.5) / counts[index]
    return float((lower + (width - 1) * min(share, 1.0)) / UNITS_PER_MS)
