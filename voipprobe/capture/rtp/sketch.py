"""Percentiles of any number of samples in bounded memory.

The first EXACT_SAMPLES samples of a quantity are kept as they are (to 10 ns); beyond, they
become a histogram with 64 bins per doubling, whose percentiles are right to 0.8 % (and to
10 ns below 0.64 us). Mean, maximum and n are
exact to 10 ns always.

Knows samples and pages; must not know what a sample means.
"""

from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Number, Row, fetch, int64, part, procedure, uint64
from voipprobe.capture.rtp.tables import (
    EXACT_SAMPLES,
    INBOX,
    MAX_PAGES,
    PAGE_SAMPLES,
    SKETCH_PAGES,
    SKETCHES,
    Tables,
)

UNITS_PER_MS: Final = 100_000
_LARGEST: Final = (1 << 32) - 1
_BINS_PER_DOUBLING: Final = 64


@part
def bin_of(value: Number) -> Number:
    """The histogram bin of a value in 0..2^32-1."""
    if value < _BINS_PER_DOUBLING:
        return value
    shift = int64(0)
    for step in (16, 8, 4, 2, 1):
        if value >> (shift + step) >= _BINS_PER_DOUBLING:
            shift += step
    return (shift + 1) * _BINS_PER_DOUBLING + (value >> shift) - _BINS_PER_DOUBLING


@part
def _new_page(heap: Row) -> Number:
    """The number of a fresh page from 1, or 0 when all are taken."""
    if heap.pages_used >= MAX_PAGES:
        return 0
    heap.pages_used += 1
    return heap.pages_used


@part
def _place(stream: Row, first: Number, index: Number) -> Number:
    """Where in the pool a sample or bin of a sketch lies; `first` is the sketch's first page."""
    page = int64(stream.pages[uint64(first + index // PAGE_SAMPLES)]) - 1
    return uint64(page * PAGE_SAMPLES + index % PAGE_SAMPLES)


@part
def _count_scratch(stream: Row, heap: Row, first: Number, count: Number) -> None:
    """Count the first samples of the scratch in the histogram.

    Each goes to a cache line of its own: all are asked for before any is needed.
    """
    for index in range(count):
        place = _place(stream, first, bin_of(int64(heap.scratch[uint64(index)])))
        fetch(heap.pool, place, 1)
        heap.scratch[uint64(index)] = place
    for index in range(count):
        heap.pool[uint64(heap.scratch[uint64(index)])] += 1


@part
def _to_histogram(stream: Row, heap: Row, first: Number) -> None:
    for page in range(SKETCH_PAGES):
        place = _place(stream, first, int64(page * PAGE_SAMPLES))
        for index in range(PAGE_SAMPLES):
            at = place + uint64(index)
            heap.scratch[uint64(page * PAGE_SAMPLES + index)] = heap.pool[at]
            heap.pool[at] = 0
    _count_scratch(stream, heap, first, int64(EXACT_SAMPLES))


@part
def _count_newest(stream: Row, heap: Row, quantity: Number, count: Number) -> None:
    """Move the first samples of the newest page into the histogram."""
    newest = (int64(stream.newest[quantity]) - 1) * PAGE_SAMPLES
    for index in range(count):
        heap.scratch[uint64(index)] = heap.pool[uint64(newest + index)]
    _count_scratch(stream, heap, quantity * SKETCH_PAGES, count)


@procedure
def _turn_page(stream: Row, heap: Row, quantity: Number, index: Number) -> None:
    """Make room for the next PAGE_SAMPLES samples."""
    if index > EXACT_SAMPLES:
        _count_newest(stream, heap, quantity, PAGE_SAMPLES)
        return
    page = _new_page(heap)
    if page == 0:
        stream.samples_lost[quantity] = 1
        return
    stream.newest[quantity] = page
    if index == EXACT_SAMPLES:
        _to_histogram(stream, heap, quantity * SKETCH_PAGES)
    else:
        stream.pages[quantity * SKETCH_PAGES + index // PAGE_SAMPLES] = page


@part
def fetch_newest(stream: Row, heap: Row, quantity: Number) -> None:
    """Ask for the places that the next samples will go to."""
    within = stream.samples[quantity] & (PAGE_SAMPLES - 1)
    newest = int64(stream.newest[quantity]) - 1
    fetch(heap.pool, uint64(newest * PAGE_SAMPLES + within), 4 * INBOX)


@part
def add(stream: Row, heap: Row, quantity: Number, sample_ms: Number) -> None:
    """Take in one sample [ms] of a quantity of a stream, negative ones as 0."""
    value = min(max(int64(sample_ms * UNITS_PER_MS + 0.5), 0), _LARGEST)
    index = stream.samples[quantity]
    stream.samples[quantity] = index + 1
    stream.samples_total[quantity] += value
    stream.samples_max[quantity] = max(stream.samples_max[quantity], value)
    within = index & (PAGE_SAMPLES - 1)
    if stream.samples_lost[quantity]:
        return
    if within == 0:
        _turn_page(stream, heap, quantity, index)
    newest = int64(stream.newest[quantity]) - 1
    if newest >= 0:
        heap.pool[newest * PAGE_SAMPLES + within] = value


@part
def settle(stream: Row, heap: Row) -> None:
    """Bring every sample to where `Samples` looks for it: no more will come."""
    for quantity in range(SKETCHES):
        count = stream.samples[quantity]
        if count > EXACT_SAMPLES and not stream.samples_lost[quantity]:
            _count_newest(stream, heap, quantity, (count - 1) % PAGE_SAMPLES + 1)


class Samples:
    """What the kernel kept of one quantity of one stream.

    Attributes:
        n: samples. mean, max: in ms, None without samples.
    """

    def __init__(self, tables: Tables, stream: int, quantity: int) -> None:
        row = tables.streams[stream]
        self.n = int(row["samples"][quantity])
        total, maximum = int(row["samples_total"][quantity]), int(row["samples_max"][quantity])
        self.mean = total / self.n / UNITS_PER_MS if self.n else None
        self.max = maximum / UNITS_PER_MS if self.n else None
        pages = row["pages"].reshape(SKETCHES, SKETCH_PAGES)[quantity]
        pool = tables.heap["pool"][0].reshape(-1, PAGE_SAMPLES)
        values = pool[pages[pages > 0] - 1].reshape(-1)
        self._complete = not row["samples_lost"][quantity]
        self._is_exact = self.n <= EXACT_SAMPLES
        # Ascending samples, or how many there are up to each bin.
        self._kept = np.sort(values[: self.n]) if self._is_exact else np.cumsum(values, dtype="i8")

    def percentiles(self, *percents: float) -> list[float | None]:
        """Percentiles [ms]; None without samples or where there was no room for them.

        Linear between the two nearest samples, as in quality.summary.
        """
        if self.n == 0 or not self._complete:
            return [None] * len(percents)
        return [self._percentile((self.n - 1) * percent / 100) for percent in percents]

    def _percentile(self, rank: float) -> float:
        below = int(rank)
        low = self._sample(below)
        high = self._sample(min(below + 1, self.n - 1))
        return (low + (high - low) * (rank - below)) / UNITS_PER_MS

    def _sample(self, rank: int) -> float:
        """The sample of a rank, or the middle of its bin."""
        if self._is_exact:
            return float(self._kept[rank])
        lower, width = bin_edges(int(np.searchsorted(self._kept, rank, side="right")))
        return lower + (width - 1) / 2


def bin_edges(index: int) -> tuple[int, int]:
    """(lower edge, width) of a histogram bin, the inverse of `bin_of`."""
    doubling, within = divmod(index, _BINS_PER_DOUBLING)
    if doubling == 0:
        return within, 1
    return (within + _BINS_PER_DOUBLING) << (doubling - 1), 1 << (doubling - 1)
