"""How many trials a search usually takes: rehearsed with its own settings. Pure.

Rehearsed against systems whose CPU foretells the knee, and whose knee wavers by 3 % from trial to
trial, as relays here did; by a measurer that errs as often as in the table of the method: 5 % false
failures, 5 % void trials.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.search.drive import search
from voipprobe.bench.search.records import Length, Request, Settings, Tried
from voipprobe.model.verdict import Status

REHEARSALS: Final = 40
WRONG_RATIO: Final = 0.05
KNEE_CPU_RATIO: Final = 0.95
CPU_NOISE_RATIO: Final = 0.03
KNEE_NOISE_RATIO: Final = 0.03


@lru_cache(maxsize=16)
def usual_trials(settings: Settings) -> Mapping[Length, int]:
    """Trials of each length that a search takes on the average, whatever its budget.

    Args:
        settings: of the search. Knees are spread evenly, by their logarithm, over its loads.
    """
    unhurried, made = replace(settings, budget_s=None), Counter[Length]()
    for number in range(REHEARSALS):
        share = (number + 0.5) / REHEARSALS
        knee = settings.minimum * (settings.maximum / settings.minimum) ** share
        _, trials = search(_Rehearsed(knee, seed=number).trial, unhurried)
        made.update(tried.length for tried in trials)
    return {length: round(made[length] / REHEARSALS) for length in Length}


class _Rehearsed:
    """A system that carries `knee` calls."""

    def __init__(self, knee: float, seed: int) -> None:
        self._knee = knee
        self._random = random.Random(seed)  # noqa: S311 - a dry run tells the same twice

    def trial(self, request: Request) -> Tried:
        chance, noise = self._random.random(), 1.0 + CPU_NOISE_RATIO * self._random.gauss()
        if chance < WRONG_RATIO:
            return self._tried(request, Status.VOID, None)
        knee = self._knee * (1.0 + KNEE_NOISE_RATIO * self._random.gauss())
        failed = request.load > knee or chance < 2 * WRONG_RATIO
        cpu_ratio = min(1.0, KNEE_CPU_RATIO * request.load / self._knee * noise)
        return self._tried(request, Status.FAIL if failed else Status.PASS, cpu_ratio)

    def _tried(self, request: Request, status: Status, cpu_ratio: float | None) -> Tried:
        return Tried(
            load=request.load, length=request.length, status=status, cpu_ratio=cpu_ratio,
            culprit=Culprit.GENERATOR if status is Status.VOID else None,
        )  # fmt: skip
