"""Every search of a run to its end, each trial on the disk before the next begins.

Knows the order of things. Where machines come from and how a trial is made is told to it by a
`Lab`, so that the same loop runs on namespaces, on EC2 and, in tests, on nothing at all.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from voipprobe.bench.plan.effective import (
    Search,
    objective,
    rate_cps,
    search_settings,
    searches,
    sequential_test,
)
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.raw.records import MachineRecord, TrialRecord
from voipprobe.bench.raw.writer import RawWriter
from voipprobe.bench.search.answer import Answer
from voipprobe.bench.search.drive import search
from voipprobe.bench.search.records import Request, Tried
from voipprobe.bench.search.steps import next_step
from voipprobe.bench.verdict.facts import Measured
from voipprobe.bench.verdict.judge import judge_trial
from voipprobe.bench.verdict.limits import refused_at, system_cpu_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one trial has shown.

    Attributes:
        at: epoch seconds at which it began. took_s: with ramp, drain and cooling down.
        most_calls: calls that were up at most; None where nobody counted.
    """

    at: float
    took_s: float
    measured: Measured
    most_calls: int | None = None


class Bench(Protocol):
    """The machines of one search, ready."""

    @property
    def machine(self) -> MachineRecord:
        """What they are."""

    def rest(self, most_s: float) -> float:
        """Lets bursts of other machines on the same hardware pass; the seconds that it took."""

    def measure(self, request: Request) -> Shown:
        """Makes one trial."""


class Lab(Protocol):
    """Where machines come from."""

    def place(self, search: Search) -> AbstractContextManager[Bench]:
        """The machines of a search, gone when the block ends."""


Watcher = Callable[[Search, Request | Answer, tuple[Tried, ...]], None]
"""Is told every step before it is taken, with the trials so far; for a display."""


def run_searches(
    raw: RawRun, writer: RawWriter, lab: Lab, watcher: Watcher = lambda *_: None
) -> tuple[Answer, ...]:
    """Run what is left of a run; the answers of all its searches.

    Args:
        raw: what its raw file holds so far; its plan is the one that counts.
        writer: of that file.
        lab: where machines come from. A search that has its answer gets none.
        watcher: is told every step.
    """
    return tuple(_search(raw, one, writer, lab, watcher) for one in searches(raw.plan))


def trial_record(
    plan: Plan, search: Search, number: int, request: Request, shown: Shown
) -> TrialRecord:
    """A trial as it is kept: judged, with what the search needs to go on."""
    measured = shown.measured
    return TrialRecord(
        search=search.id,
        number=number,
        at=shown.at,
        took_s=shown.took_s,
        load=request.load,
        length=request.length,
        why=request.why,
        rate_cps=rate_cps(plan, request.load),
        cpu_ratio=system_cpu_ratio(measured.system),
        carried=refused_at(measured, shown.most_calls),
        measured=measured,
        verdict=judge_trial(
            measured,
            objective(plan),
            sequential_test(plan),
            plan.generators.most_steal_ratio,
        ),
    )


def _search(raw: RawRun, one: Search, writer: RawWriter, lab: Lab, watcher: Watcher) -> Answer:
    settings, trials = search_settings(raw.plan), list(raw.tried(one.id))
    done = next_step(trials, settings)
    if isinstance(done, Answer):
        return done
    with lab.place(one) as bench:
        writer.append(bench.machine)

        def trial(request: Request) -> Tried:
            watcher(one, request, tuple(trials))
            rested_s = bench.rest(request.rest_s) if request.rest_s else 0.0
            shown = bench.measure(request)
            shown = replace(shown, took_s=rested_s + shown.took_s)
            record = trial_record(raw.plan, one, len(trials) + 1, request, shown)
            writer.append(record)
            trials.append(record.tried)
            return record.tried

        found, made = search(trial, settings, tuple(trials))
    watcher(one, found, made)
    return found
