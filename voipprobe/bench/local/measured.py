"""What was seen of a trial to the facts that its verdict needs. Pure."""

import re
from collections.abc import Sequence
from typing import Final, Protocol

from voipprobe.bench import wire
from voipprobe.bench.evidence.delta import Delta, difference
from voipprobe.bench.excess import excess_calls
from voipprobe.bench.local.shards import Shard
from voipprobe.bench.local.steady import Worth
from voipprobe.bench.local.trial import Seen
from voipprobe.bench.plan.check import MEDIA_METRICS
from voipprobe.bench.plan.effective import objective
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.verdict.facts import Generator, GeneratorHost, Measured, SystemHost
from voipprobe.model.call import Outcome
from voipprobe.probe.judge import causes_of_failure

TIMED_METRICS: Final = frozenset(
    name for name in MEDIA_METRICS if not re.search("loss_ratio|packets|streams", name)
)
"""What a packet does to that leaves late; one that is lost was lost by somebody else."""


class Role(Protocol):
    """A host's part in it: a name, and the CPUs that it may use."""

    @property
    def name(self) -> str:
        """As its evidence is called."""

    @property
    def cores(self) -> float:
        """CPUs, or a quota."""


def measured(
    plan: Plan,
    shards: Sequence[Shard],
    seen: Seen,
    *,
    generators: Sequence[Role],
    system: Role | None,
    shared: bool = True,
    worth: Worth | None = None,
) -> Measured:
    """The facts of a trial.

    Args:
        plan: of the run.
        shards: what each calling process was to do.
        seen: what became of it.
        generators: the roles that make load.
        system: the system's role; None where nobody may look into it.
        shared: all roles are on the same CPUs: how busy those are says nothing of any of them.
        worth: of the system's quota over the plateau, where that followed its CPUs.
    """
    load, rate_cps = sum(one.load for one in shards), sum(one.rate_cps for one in shards)
    excess = excess_calls(seen.found.calls, load, rate_cps)
    left_out = {one.call_id for one in excess}
    on_plateau = wire.calls_of(seen.found, seen.plateau)
    calls = [one for one in on_plateau if one.call_id not in left_out]
    count = wire.success(calls)
    refused, unanswered = wire.refusals(calls)
    hosts = () if system is None else (_system(system, seen, worth, shared=shared),)
    return Measured(
        generator=_generator(plan, shards, seen, generators, shared=shared),
        system=hosts,
        figures=wire.figures(seen.found, count),
        counts={"success_ratio": count},
        refused=refused,
        unanswered=unanswered,
        missing=("the calling processes did not end in time",) if seen.overdue else (),
        causes=(
            *causes_of_failure(calls, Outcome.ANSWERED, seen.error),
            *([f"left out: {len(excess)} calls refused while {load} were up"] if excess else []),
        ),
        quality_model=seen.found.media.quality_model,
    )


def _generator(
    plan: Plan, shards: Sequence[Shard], seen: Seen, roles: Sequence[Role], *, shared: bool
) -> Generator:
    rows = seen.statistics
    known = all(rows)
    due, sent, late = _packets(plan, seen)
    return Generator(
        target_rate_cps=sum(shard.rate_cps for shard in shards),
        reached_rate_cps=wire.reached_rate_cps(seen.found.calls, seen.plateau),
        limit_reached=_limit_reached(shards, seen) if known else None,
        watchdog=sum(one[-1].watchdog for one in rows) if known else None,
        due_packets=due,
        sent_packets=sent,
        late_packets=late,
        capture_drops=seen.found.info.dropped_packets,
        hosts=tuple(_host(role, _delta(seen, role), shared=shared) for role in roles),
    )


def _host(role: Role, delta: Delta | None, *, shared: bool) -> GeneratorHost:
    own = () if shared or delta is None else tuple(delta.cpus or ())
    return GeneratorHost(name=role.name, cores=role.cores, delta=delta, own_cpus=own)


def _limit_reached(shards: Sequence[Shard], seen: Seen) -> bool:
    """Whether a process stood at its limit of open calls, which is one above all of its calls."""
    pairs = zip(shards, seen.statistics, strict=True)
    return any(row.open > shard.calls for shard, rows in pairs for row in rows)


def _packets(plan: Plan, seen: Seen) -> tuple[int | None, int | None, int | None]:
    """Due, sent and late ones; the last matter only where a threshold is about their times."""
    if plan.call.media == "none":
        return None, None, None
    due, sent, late = wire.packets(seen.found.streams)
    successful = sum(rows[-1].successful for rows in seen.statistics if rows)
    silent = wire.silent_calls(successful, seen.found.streams)
    due += round(silent * plan.call.hold_s * wire.PACKETS_PER_S)
    timed = any(threshold.metric in TIMED_METRICS for threshold in objective(plan))
    return due, sent, late if timed else None


def _system(role: Role, seen: Seen, worth: Worth | None, *, shared: bool) -> SystemHost:
    before, after = seen.evidence[role.name]
    return SystemHost(
        name=role.name,
        cores=role.cores if worth is None else worth.cores,
        speed_ratio=None if worth is None else worth.speed_ratio,
        delta=difference(before, after),
        shared=shared,
        media_ports=seen.media_ports,
    )


def _delta(seen: Seen, role: Role) -> Delta | None:
    pair = seen.evidence.get(role.name)
    return None if pair is None else difference(*pair)
