"""The table of a run: one row a size, its searches together. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.report.outcomes import Outcome, outcomes
from voipprobe.bench.search.answer import End
from voipprobe.bench.verdict.limits import Limit

PACKETS_PER_S: Final = {"through": 200, "beside": 0, "none": 0}
"""RTP packets of one call at the system: a relay receives and sends 50 in each direction."""
SAFE_SHARE_OF_CEILING: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One size.

    Attributes:
        size: what the plan calls it. instance_type: of EC2; None elsewhere.
        vcpus: CPUs of the system, or its quota. architecture: as uname has it.
        n: searches that found a capacity. searches: all that were begun.
        calls: concurrent calls, median of the lower bounds; None where none found a capacity.
        calls_low, calls_high: lowest lower and highest upper bound of them all [concurrent calls].
        spread_ratio: (highest - lowest lower bound) / median; None for one search.
        at_least: concurrent calls that any search proved at most, capacity or not.
        ends: how the searches ended, with how many of them.
        limit: named by most of them; None if none was. limit_text: the evidence for it.
        rate_cps: calls per second at `calls`.
        packets_per_s: RTP packets per second in and out at `calls`; None without media.
        usd_per_hour: dollars, of the system alone; None where it costs nothing or nobody knows.
        usd_per_1000_call_hours: dollars for 1000 calls that are up for an hour, at `calls`.
        calls_per_usd_hour: concurrent calls for a dollar an hour.
        trials: of all searches, void ones included.
        warnings: why the figures are to be read with care.
    """

    size: str
    instance_type: str | None
    vcpus: float | None
    architecture: str | None
    n: int
    searches: int
    calls: float | None
    calls_low: int | None
    calls_high: int | None
    spread_ratio: float | None
    at_least: int | None
    ends: dict[str, int]
    limit: Limit | None
    limit_text: str | None
    rate_cps: float | None
    packets_per_s: float | None
    usd_per_hour: float | None
    usd_per_1000_call_hours: float | None
    calls_per_usd_hour: float | None
    trials: int
    warnings: tuple[str, ...]


def rows(raw: RawRun) -> tuple[Row, ...]:
    """One row for each size, in the order of the plan."""
    by_size: dict[str, list[Outcome]] = {size.label: [] for size in raw.plan.size}
    for outcome in outcomes(raw):
        by_size.setdefault(outcome.search.size, []).append(outcome)
    ceiling = next((one.lower for one in reversed(raw.baselines) if one.lower), None)
    return tuple(_row(raw.plan, size, found, ceiling) for size, found in by_size.items())


def _row(plan: Plan, size: str, found: Sequence[Outcome], ceiling: int | None) -> Row:
    begun = [one for one in found if one.answer is not None]
    good = [one for one in begun if one.answer is not None and one.answer.end is End.FOUND]
    lowers = [one.answer.lower for one in good if one.answer and one.answer.lower is not None]
    uppers = [one.answer.upper for one in good if one.answer and one.answer.upper is not None]
    proved = [one.answer.lower for one in begun if one.answer and one.answer.lower is not None]
    calls = float(median(lowers)) if lowers else None
    machine = next((one.machine for one in found if one.machine is not None), None)
    price = machine.price_usd_per_hour if machine else None
    limit = _limit(good)
    return Row(
        size=size,
        instance_type=machine.instance_type if machine else None,
        vcpus=machine.vcpus if machine else None,
        architecture=machine.architecture if machine else None,
        n=len(lowers),
        searches=len(begun),
        calls=calls,
        calls_low=min(lowers, default=None),
        calls_high=max(uppers, default=None),
        spread_ratio=_spread(lowers, calls),
        at_least=max(proved, default=None),
        ends=dict(Counter(one.answer.end.value for one in begun if one.answer)),
        limit=limit[0] if limit else None,
        limit_text=limit[1] if limit else None,
        rate_cps=None if calls is None else calls / plan.call.hold_s,
        packets_per_s=_packets(plan, calls),
        usd_per_hour=price,
        usd_per_1000_call_hours=1000.0 * price / calls if price and calls else None,
        calls_per_usd_hour=calls / price if price and calls else None,
        trials=sum(one.answer.trials for one in begun if one.answer),
        warnings=_warnings(plan, found, calls, ceiling),
    )


def _spread(lowers: Sequence[int], calls: float | None) -> float | None:
    return (max(lowers) - min(lowers)) / calls if calls and len(lowers) > 1 else None


def _packets(plan: Plan, calls: float | None) -> float | None:
    """None for calls whose media does not pass the system: those are none of its packets."""
    each = PACKETS_PER_S[plan.call.media]
    return calls * each if calls is not None and each else None


def _limit(good: Sequence[Outcome]) -> tuple[Limit, str] | None:
    named = [one.limit for one in good if one.limit is not None]
    if not named:
        return None
    [(limit, _)] = Counter(signal.limit for signal in named).most_common(1)
    return limit, next(signal.text for signal in named if signal.limit is limit)


def _warnings(
    plan: Plan, found: Sequence[Outcome], calls: float | None, ceiling: int | None
) -> tuple[str, ...]:
    told = []
    if calls is not None and ceiling is None:
        told.append("no baseline: nobody knows what the generators carry without the system")
    if calls is not None and ceiling and calls > SAFE_SHARE_OF_CEILING * ceiling:
        told.append(f"above half of what the generators carry by themselves ({ceiling} calls)")
    unfinished = sum(not one.finished for one in found)
    if unfinished:
        told.append(f"{unfinished} of {len(found)} searches are not finished")
    contradicted = sum(bool(one.answer and one.answer.contradictions) for one in found)
    if contradicted:
        told.append(f"{contradicted} of {len(found)} lower bounds failed a trial and held others")
    if any(one.machine is not None and one.machine.datagram_us for one in found):
        told.append("quotas followed the CPUs' speed: cores are CPU time, a size is work")
    if plan.provider == "local" and any(one.answer for one in found):
        told.append("local figures: veth is no network")
    return tuple(told)
