"""What one metric showed at one time: what is spooled and published."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The samples of one metric, of one path or one agent, in one interval.

    Attributes:
        metric: its name in the catalogue (`voipprobe.metrics.catalogue`).
        dimensions: (name, value) in the catalogue's order.
        at: epoch seconds when it was measured; it keeps them however late it is published.
        samples: (value, how often), in the catalogue's unit; finite, at least one. A count
            is the one sample of its interval, never a running total.
    """

    metric: str
    dimensions: tuple[tuple[str, str], ...]
    at: float
    samples: tuple[tuple[float, int], ...]

    @property
    def count(self) -> int:
        """How many samples."""
        return sum(times for _, times in self.samples)

    @property
    def total(self) -> float:
        """Their sum."""
        return sum(value * times for value, times in self.samples)


def counted(values: Iterable[float]) -> tuple[tuple[float, int], ...]:
    """Samples with how often each occurs, in order of value."""
    return tuple(sorted(Counter(float(value) for value in values).items()))
