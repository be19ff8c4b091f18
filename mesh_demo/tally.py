"""Counting while packets pass: plain mutable figures that become the truth when asked for."""

import math
from dataclasses import dataclass
from typing import Final

from mesh_demo.truth import Counts, Spread


@dataclass(slots=True)
class Tally:
    """The counts of one kind on one path, as `truth.Counts` explains them."""

    received: int = 0
    forwarded: int = 0
    octets: int = 0
    lost: int = 0
    reordered: int = 0
    overruns: int = 0
    refused: int = 0

    def counts(self) -> Counts:
        """As they are now."""
        return Counts(**{name: getattr(self, name) for name in Counts.__slots__})


class Times:
    """Many durations in little room: bins that are 1 % wide, kept where there is something."""

    SHORTEST_S: Final = 1e-6
    BINS_PER_E: Final = 100

    def __init__(self) -> None:
        self._bins: dict[int, int] = {}
        self._count = 0
        self._max_s = 0.0

    def add(self, duration_s: float) -> None:
        """Take one duration in; never negative."""
        self._count += 1
        self._max_s = max(self._max_s, duration_s)
        number = 0
        if duration_s > self.SHORTEST_S:
            number = int(math.log(duration_s / self.SHORTEST_S) * self.BINS_PER_E)
        self._bins[number] = self._bins.get(number, 0) + 1

    def spread(self) -> Spread:
        """The percentiles (middle of their bin) and the exact maximum, in ms."""
        if not self._count:
            return Spread(p50=None, p95=None, max=None)
        return Spread(p50=self._at_ms(0.50), p95=self._at_ms(0.95), max=self._max_s * 1e3)

    def _at_ms(self, share: float) -> float:
        left = share * self._count
        for number in sorted(self._bins):
            left -= self._bins[number]
            if left <= 0:
                middle_s = self.SHORTEST_S * math.exp((number + 0.5) / self.BINS_PER_E)
                return min(middle_s, self._max_s) * 1e3
        return self._max_s * 1e3
