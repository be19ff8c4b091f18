"""A CPU quota that is worth the same work from one second to the next.

A quota is CPU time, and what that is worth changes: a neighbour on the same physical core, or a
clock that runs faster for a moment, made the same calls cost up to 38 % more from one trial to
another on a shared host. So the cost of a datagram is gauged all the time, and the quota follows
it (how well: docs/performance.md).
"""

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final

from voipprobe.bench.local.costs import Costs, gauged
from voipprobe.bench.local.quota import Group
from voipprobe.model.errors import ToolError

WINDOW: Final = 40
"""Samples that a quota follows: a second."""
PACE_S: Final = 0.5
LEAST_CHANGE_RATIO: Final = 0.01
"""The kernel refills a quota whenever it is set: seldom is better."""
SILENT_S: Final = 3.0
"""Without a sample for so long the quota followed nothing."""
LARGEST_CHANGE: Final = 2.0
"""No core is so much slower or faster for a second: that is a measurement gone wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A quota over some time.

    Attributes:
        cores: CPUs that it was, on the average.
        speed_ratio: of the CPUs, against the reference.
    """

    cores: float
    speed_ratio: float


def quota_for(cpus: float, costs_us: Sequence[float], reference_us: float) -> float:
    """The quota [CPUs] that is worth `cpus` at the reference.

    Args:
        cpus: of the size.
        costs_us: of a datagram lately, any number but none.
        reference_us: the cost at which a CPU counts as one.
    """
    least, most = reference_us / LARGEST_CHANGE, reference_us * LARGEST_CHANGE
    return cpus * fmean(min(most, max(least, cost)) for cost in costs_us) / reference_us


class Steady:
    """Keeps the quota of a group worth the same."""

    def __init__(self, group: Group, cpus: float, costs: Costs, reference_us: float) -> None:
        """Begin.

        Args:
            group: whose quota it is.
            cpus: of the size.
            costs: of a datagram, as they come.
            reference_us: see `quota_for`.
        """
        self._group, self._cpus, self._costs = group, cpus, costs
        self._kept: list[tuple[float, Worth]] = []
        self.reference_us = reference_us
        group.limit(cpus)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="steady", daemon=True)
        self._thread.start()

    def worth(self, begins_at: float, ends_at: float) -> Worth:
        """What the quota was between two moments [epoch s].

        Raises:
            ToolError: the gauge ended before the second.
        """
        found = [worth for at, worth in self._kept if begins_at <= at <= ends_at + PACE_S]
        if not found or self._kept[-1][0] < ends_at - SILENT_S:
            raise ToolError(f"the gauge of the CPUs has ended: {self._costs.complaint}")
        return Worth(
            cores=fmean(worth.cores for worth in found),
            speed_ratio=fmean(worth.speed_ratio for worth in found),
        )

    def stop(self) -> None:
        """Leave the quota as it is."""
        self._ending.set()
        self._thread.join()

    def _follow(self) -> None:
        recent, in_force = deque[float](maxlen=WINDOW), self._cpus
        most = float(os.cpu_count() or 1)
        while not self._ending.wait(PACE_S):
            new = self._costs.new()
            if not new:
                continue
            recent.extend(new)
            wanted = quota_for(self._cpus, recent, self.reference_us)
            if abs(min(most, wanted) / in_force - 1.0) >= LEAST_CHANGE_RATIO:
                in_force = min(most, wanted)
                self._group.adjust(in_force, of=self._cpus)
            worth = Worth(cores=in_force, speed_ratio=self._cpus / wanted)
            self._kept.append((time.time(), worth))


@contextlib.contextmanager
def steady(group: Group, cpus: float, folder: Path, reference_us: float | None) -> Iterator[Steady]:
    """Keep a quota worth the same until the block ends.

    Args:
        group: whose quota it is.
        cpus: of the size.
        folder: for what the gauge tells.
        reference_us: see `quota_for`; None to measure it now, which takes ten seconds.

    Raises:
        ToolError: the CPUs cannot be gauged.
    """
    with gauged(folder) as costs:
        made = Steady(group, cpus, costs, reference_us or fmean(costs.some()))
        try:
            yield made
        finally:
            made.stop()
