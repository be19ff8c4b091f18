"""One trial with several hosts: calls from the generators, evidence from all, at the same time."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from voipprobe.bench.local.trial import Seen
from voipprobe.bench.plan.effective import TrialTimes
from voipprobe.bench.remote.at_once import at_once
from voipprobe.bench.remote.member import Member
from voipprobe.bench.remote.merge import Share, merged
from voipprobe.bench.remote.messages import TrialOrder, Watched, decode
from voipprobe.bench.remote.shares import Job
from voipprobe.results.document import to_document

LEAD_S: Final = 1.0
"""In which every host has its orders before the first call."""
SLACK_S: Final = 120.0
"""What a trial may take beside its times: its calls are read, and told to us."""
SLACK_PER_CALL_S: Final = 0.002

Found = TypeVar("Found")


def run_remote_trial(
    members: Sequence[Member], jobs: Mapping[str, Sequence[Job]], times: TrialTimes,
    *, hop: str | None, name: str,
) -> Seen:  # fmt: skip
    """Make a trial.

    Args:
        members: hosts that take part.
        jobs: of the generators among them, by name; who has none is watched.
        times: of its parts.
        hop: "address:port" that requests are sent to; None for whom they name.
        name: of the folder for files on each host.

    Raises:
        VoipprobeError: a host is lost, or something could not be started or read.
    """
    ahead = _each(members, lambda one: one.session.clock_offset_s())
    begin = time.time() + LEAD_S
    plateau_at = begin + times.ramp_s + times.settle_s
    calls = sum(shard.calls for mine in jobs.values() for shard, _ in mine)
    within_s = times.total_s + SLACK_S + SLACK_PER_CALL_S * calls

    def work(one: Member) -> Seen | Watched:
        if one.name in jobs:
            order = _order(jobs[one.name], times, begin + ahead[one.name], hop, name)
            told = one.session.ask("call", within_s=within_s, order=to_document(order))
            return decode(Seen, told, one.name)
        begin_at = plateau_at + ahead[one.name]
        told = one.session.ask("watch", within_s=within_s, begin_at=begin_at, for_s=times.plateau_s)
        return decode(Watched, told, one.name)

    found = _each(members, work)
    shares = [
        Share(seen=one, ahead_s=ahead[name]) for name, one in found.items() if isinstance(one, Seen)
    ]
    watched = {name: one for name, one in found.items() if isinstance(one, Watched)}
    ports = (watched[one.name].media_ports for one in members if one.role == "system")
    evidence = {name: (one.before, one.after) for name, one in watched.items()}
    return merged(shares, evidence, next(ports, None))


def _order(
    jobs: Sequence[Job], times: TrialTimes, begin_at: float, hop: str | None, name: str
) -> TrialOrder:
    return TrialOrder(
        name=name,
        shards=tuple(shard for shard, _ in jobs),
        uris=tuple(uri for _, uri in jobs),
        times=times,
        begin_at=begin_at,
        hop=hop,
    )


def _each(members: Sequence[Member], work: Callable[[Member], Found]) -> dict[str, Found]:
    """What the same work with each host gave, by its name."""

    def give_up() -> None:
        for one in members:  # nobody waits for an answer that is of no use any more
            one.session.cut()

    names = [one.name for one in members]
    return dict(zip(names, at_once(members, work, give_up), strict=True))
