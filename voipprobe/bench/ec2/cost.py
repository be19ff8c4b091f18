"""What a run costs at most, known before anything is made. Pure.

Each instance ends itself when its time is over, whatever becomes of us: the bound is what all
cost if every one of them lives that long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from voipprobe.aws.ec2.instances import VOLUME_GB
from voipprobe.aws.ec2.prices import Price, extras_usd_per_hour
from voipprobe.bench.ec2.roles import roles
from voipprobe.bench.plan.effective import Search, search_settings, searches, trial_times
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.search.records import Length
from voipprobe.model.errors import ConfigError

SETUP_S: Final = 1200.0
"""Booting and installing, with a second try in another AZ."""
TEARDOWN_S: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The most that a run costs.

    Attributes:
        usd: None where a price is unknown.
        life_s: of the instances of each search, by their own timer.
        unknown: types without a price.
    """

    usd: float | None
    life_s: float
    unknown: tuple[str, ...]


def life_s(plan: Plan) -> float:
    """How long the instances of one search may live: its longest time, set-up and removal."""
    settings = search_settings(plan)
    full_s = trial_times(plan, Length.FULL).total_s
    searching_s = settings.most_trials * full_s
    if settings.budget_s is not None:  # the last trial may begin just before its end
        searching_s = min(searching_s, settings.budget_s + full_s)
    return SETUP_S + searching_s + TEARDOWN_S


def bound(
    plan: Plan, prices: Mapping[str, Price | None], left: Sequence[Search] | None = None
) -> Bound:
    """The most that the searches cost.

    Args:
        plan: of the run.
        prices: by type; None or missing where unknown.
        left: searches that are still to be done; None for all.
    """
    lives_s = life_s(plan)
    usd, unknown = 0.0, set()
    for search in searches(plan) if left is None else left:
        for role in roles(plan, search):
            price = prices.get(role.kind)
            if price is None:
                unknown.add(role.kind)
                continue
            each = price.usd_per_hour + extras_usd_per_hour(VOLUME_GB)
            usd += role.count * each * lives_s / 3600.0
    return Bound(
        usd=None if unknown else usd, life_s=lives_s, unknown=tuple(sorted(unknown))
    )  # fmt: skip


def require_affordable(plan: Plan, found: Bound, spent_usd: float = 0.0) -> None:
    """Refuse a run that may cost more than its budget.

    Args:
        plan: of the run.
        found: what is left to be spent at most.
        spent_usd: what the run has cost already.

    Raises:
        ConfigError: it may, or a price is not known.
    """
    if found.usd is None:
        names = ", ".join(found.unknown)
        raise ConfigError(f"the price of {names} is not known: say it under [ec2.prices]")
    budget, whole = plan.budget.dollars or 0.0, found.usd + spent_usd
    if whole > budget:
        spent = f", {spent_usd:.2f} of it spent already" if spent_usd else ""
        raise ConfigError(
            f"the run may cost ${whole:.2f}{spent}, and its budget is ${budget:.2f}: raise "
            "budget.dollars, or have less time (budget.minutes), repeats or sizes"
        )
