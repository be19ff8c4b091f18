"""What follows from a plan: the searches in their order, their settings, and how long they take."""

import random
from dataclasses import dataclass

from voipprobe.bench.plan.sections import Plan, SearchSection, SizeSection
from voipprobe.bench.search.records import Length, Settings
from voipprobe.bench.search.rehearsal import usual_trials
from voipprobe.quality.intervals import clean_calls_needed
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.sequential import SequentialTest
from voipprobe.quality.thresholds import Threshold, parse

TIMER_J_S = 32.0
EXTERNAL = "as-it-is"
"""The size of a system that we do not provision."""
RATIOS_OF_CALLS = frozenset({"success_ratio", "ser", "seer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search; its `id`, size, "-" and repeat, is unique in the run.

    Attributes:
        size: what the plan calls it. repeat: for the so-manieth time, from 1.
    """

    size: str
    repeat: int

    @property
    def id(self) -> str:
        """For folders, tags and the raw file."""
        return f"{self.size}-{self.repeat}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTimes:
    """The parts of one trial [s]."""

    ramp_s: float
    settle_s: float
    plateau_s: float
    drain_s: float
    cooldown_s: float

    @property
    def total_s(self) -> float:
        """From the first call to the next trial."""
        return self.ramp_s + self.settle_s + self.plateau_s + self.drain_s + self.cooldown_s


def searches(plan: Plan) -> tuple[Search, ...]:
    """Every search, in the order in which they run."""
    labels = [size.label for size in plan.size] or [EXTERNAL]
    order = plan.order
    noise = random.Random(order.seed)  # noqa: S311 - the order must be repeatable
    rounds = []
    for repeat in range(1, order.repeats + 1):
        names = list(labels)
        if order.shuffled:
            noise.shuffle(names)
        rounds.append([Search(size=name, repeat=repeat) for name in names])
    found = [one for each in rounds for one in each]
    if order.interleaved:
        return tuple(found)
    first = [one.size for one in rounds[0]]
    return tuple(sorted(found, key=lambda one: first.index(one.size)))


def size_of(plan: Plan, search: Search) -> SizeSection | None:
    """The size of a search; None for an external system."""
    return next((size for size in plan.size if size.label == search.size), None)


def trial_times(plan: Plan, length: Length) -> TrialTimes:
    """How long the parts of a trial are."""
    search, hold_s = plan.search, plan.call.hold_s
    return TrialTimes(
        ramp_s=hold_s if search.ramp_s is None else search.ramp_s,
        settle_s=search.settle_s,
        plateau_s=plateau_s(search, length),
        drain_s=hold_s,
        cooldown_s=search.cooldown_s,
    )


def plateau_s(search: SearchSection, length: Length) -> float:
    """How long is measured."""
    return {
        Length.LIGHT: search.light_s, Length.SHORT: search.short_s, Length.FULL: search.full_s
    }[length]  # fmt: skip


def search_settings(plan: Plan) -> Settings:
    """The settings of each search; the budget in time is shared equally."""
    search, minutes = plan.search, plan.budget.minutes
    budget_s = None if minutes is None else 60.0 * minutes / len(searches(plan))
    return Settings(
        minimum=search.minimum,
        maximum=search.maximum,
        precision_ratio=search.precision_ratio,
        confirmations=search.confirmations,
        refutations=search.refutations,
        verifications=search.verifications,
        void_repeats=search.void_repeats,
        steal_repeats=search.steal_repeats,
        retreats=search.retreats,
        most_trials=search.most_trials,
        budget_s=budget_s,
        full_s=trial_times(plan, Length.FULL).total_s,
    )


def objective(plan: Plan) -> tuple[Threshold, ...]:
    """The thresholds that a trial must meet."""
    return tuple(parse(text, KNOWN_METRICS) for text in plan.objective.thresholds)


def sequential_test(plan: Plan) -> SequentialTest | None:
    """Wald's test, where the plan asks for it."""
    return SequentialTest() if plan.objective.sequential else None


def rate_cps(plan: Plan, load: int) -> float:
    """Calls per second that keep so many up (Little's law)."""
    return load / plan.call.hold_s


def usual_time_s(plan: Plan) -> float:
    """What the whole run usually takes, cut at the budget; set-up not included."""
    whole_s = _usual_search_s(plan) * len(searches(plan))
    minutes = plan.budget.minutes
    return whole_s if minutes is None else min(whole_s, 60.0 * minutes)


def _usual_search_s(plan: Plan) -> float:
    trials = usual_trials(search_settings(plan))
    return sum(number * trial_times(plan, length).total_s for length, number in trials.items())


def notes(plan: Plan) -> tuple[str, ...]:
    """What such a plan cannot prove, or will not be able to do in its time."""
    return (*_samples(plan), *_time(plan), *_transactions(plan))


def _samples(plan: Plan) -> list[str]:
    """The load from which on a full trial has calls enough for a threshold."""
    found = []
    for threshold in objective(plan):
        allowed = 1.0 - threshold.limit
        if threshold.metric not in RATIOS_OF_CALLS or not 0.0 < allowed < 1.0:
            continue
        needed = clean_calls_needed(allowed)
        load = needed * plan.call.hold_s / plan.search.full_s
        if load > plan.search.minimum:
            found.append(
                f"{threshold.expression} is proved by {needed} clean calls: a full trial of "
                f"{plan.search.full_s:g} s has them from {load:.0f} concurrent calls on"
            )
    return found


def _transactions(plan: Plan) -> list[str]:
    """SIP servers keep a transaction over UDP for 32 s after its end (Timer J)."""
    times = trial_times(plan, Length.FULL)
    lasts_s = times.ramp_s + times.settle_s + times.plateau_s
    needed_s = TIMER_J_S + plan.call.hold_s
    if plan.call.transport != "udp" or lasts_s >= needed_s:
        return []
    text = f"a full trial lasts {lasts_s:g} s: the system's memory of past transactions "
    return [text + f"is at its height after {needed_s:g} s only"]


def _time(plan: Plan) -> list[str]:
    settings = search_settings(plan)
    if settings.budget_s is None:
        return []
    usual_s = _usual_search_s(plan)
    if usual_s <= settings.budget_s:
        return []
    text = f"each search has {settings.budget_s / 60:.0f} minutes and usually takes "
    return [text + f"{usual_s / 60:.0f}: some will end with a wide bracket"]
