"""Systems with a true knee, and a measurer that makes mistakes, for searches without machines."""

import random
from dataclasses import dataclass, field

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.search.records import Length, Request, Tried
from voipprobe.model.verdict import Status

SECONDS = {Length.LIGHT: 20.0, Length.SHORT: 40.0, Length.FULL: 120.0}


@dataclass(kw_only=True)
class Simulated:
    """A system that carries `knee` calls.

    Attributes:
        false_failures: share of trials that fail for no reason of the load.
        voids: share of trials that are spoilt.
        softness: relative standard deviation of the knee from trial to trial.
        drift: relative change of the knee from one trial to the next.
        knee_cpu: CPU ratio at the knee; None for a system that nobody may look into.
        base_cpu: CPU ratio without any call.
        configured: the knee is a configured maximum, which refuses calls.
        reach: load above which every trial is void; None for any.
    """

    knee: float
    seed: int = 0
    false_failures: float = 0.0
    voids: float = 0.0
    softness: float = 0.0
    drift: float = 0.0
    knee_cpu: float | None = 0.95
    base_cpu: float = 0.01
    configured: bool = False
    reach: int | None = None
    made: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - repeatable noise

    @property
    def knee_now(self) -> float:
        """After the drift so far."""
        return self.knee * (1.0 + self.drift) ** len(self.made)

    def trial(self, request: Request) -> Tried:
        """One trial of this system."""
        self.made.append(request)
        chance, spoilt, wobble = self.random.random(), self.random.random(), self.random.gauss()
        knee = self.knee_now * (1.0 + self.softness * wobble)
        void = spoilt < self.voids or (self.reach is not None and request.load > self.reach)
        failed = request.load > knee or chance < self.false_failures
        status = Status.VOID if void else Status.FAIL if failed else Status.PASS
        refused = self.configured and status is Status.FAIL and request.load > knee
        return Tried(
            load=request.load,
            length=request.length,
            status=status,
            cpu_ratio=None if void else self._cpu_ratio(request.load),
            carried=int(knee) if refused else None,
            culprit=Culprit.GENERATOR if void else None,
            took_s=SECONDS[request.length],
        )

    def _cpu_ratio(self, load: int) -> float | None:
        if self.knee_cpu is None:
            return None
        noise = 1.0 + 0.03 * self.random.gauss()
        ratio = self.base_cpu + (self.knee_cpu - self.base_cpu) * load / self.knee_now
        return min(1.0, ratio * noise)


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of them lies, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
