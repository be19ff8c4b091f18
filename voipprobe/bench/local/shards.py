"""A load to the shares of several SIPp processes that act as one. Pure.

Concurrency is rate x hold (Little's law). That the load is never exceeded, not even for the
moment between one call's BYE and its successor's INVITE, takes a hold time that is a little
shorter: a system with a limit of N calls must pass at N.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

from voipprobe.bench.plan.effective import TrialTimes
from voipprobe.bench.plan.sections import GeneratorsSection

SHARED_FROM: Final = 200
"""Calls of a process from which a second core is worth a second process."""
EARLY_STEPS: Final = 0.9
"""By how much of the time between two calls, of any process, a call ends before its successor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """What one process does.

    Attributes:
        calls: that it places, from the beginning of the ramp to the end of the plateau.
        hold_ms: SIPp's own pause, between the ACK and the BYE.
        delay_s: after the first process.
    """

    load: int
    rate_cps: float
    calls: int
    hold_ms: int
    delay_s: float


def shards(load: int, hold_s: float, times: TrialTimes, number: int) -> tuple[Shard, ...]:
    """The shares of a load, as equal as whole calls can be.

    Args:
        load: concurrent calls.
        hold_s: how long each is up.
        times: of the trial.
        number: of processes; those without a call are left out.
    """
    loads = [load // number + (index < load % number) for index in range(number)]
    placing_s = times.ramp_s + times.settle_s + times.plateau_s
    return tuple(
        Shard(
            load=one,
            rate_cps=one / hold_s,
            calls=ceil(placing_s * one / hold_s),
            hold_ms=round(1000.0 * hold_s * (load - EARLY_STEPS) / load),
            delay_s=index * hold_s / load,
        )
        for index, one in enumerate(loads)
        if one
    )


def processes_for(generators: GeneratorsSection, load: int, cpus: int) -> int:
    """How many processes a load asks for, on all generators together.

    Args:
        generators: of the plan.
        load: concurrent calls.
        cpus: that processes can be spread over.
    """
    if generators.processes is not None:
        return generators.processes * generators.count
    needed = ceil(load / generators.streams_per_process)
    return max(1, needed, min(cpus, load // SHARED_FROM))
