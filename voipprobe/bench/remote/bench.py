"""The machines of one search behind their sessions, and a trial with all of them at once."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from voipprobe.bench.local.measured import measured
from voipprobe.bench.local.network import SIP_PORT
from voipprobe.bench.local.shards import Shard, shards
from voipprobe.bench.local.trial import Seen
from voipprobe.bench.loop import Shown
from voipprobe.bench.plan.effective import TrialTimes, trial_times
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.records import MachineRecord
from voipprobe.bench.remote.at_once import at_once
from voipprobe.bench.remote.merge import Share, merged
from voipprobe.bench.remote.messages import Hello, Ready, TrialOrder, Watched, decode
from voipprobe.bench.remote.session import Session
from voipprobe.bench.search.records import Request
from voipprobe.bench.wire import most_calls_up
from voipprobe.model.target import Target, parse_target
from voipprobe.results.document import to_document
from voipprobe.traffic.scenarios import load_scenario

LEAD_S: Final = 1.0
"""In which every host has its orders before the first call."""
SLACK_S: Final = 120.0
"""What a trial may take beside its times: its calls are read, and told to us."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One host of a search.

    Attributes:
        role: system, generator or callee.
        address: by which the others call it.
    """

    role: str
    name: str
    address: str
    session: Session
    hello: Hello
    ready: Ready

    @property
    def cores(self) -> float:
        """Its CPUs."""
        return float(self.hello.cores)


class RemoteBench:
    """The machines of one search, ready."""

    def __init__(self, plan: Plan, machine: MachineRecord, members: Sequence[Member]) -> None:
        self._plan, self._machine = plan, machine
        self._members = tuple(members)
        self._generators = [one for one in members if one.role == "generator"]
        self._callee = next((one for one in members if one.role == "callee"), None)
        self._system = next((one for one in members if one.role == "system"), None)
        self._number = 0
        self._target: Target | None = None
        if plan.system.kind == "external" and plan.system.uri is not None:
            self._target = parse_target(plan.system.uri, transport=plan.call.transport)

    @property
    def machine(self) -> MachineRecord:
        """What they are."""
        return self._machine

    def measure(self, request: Request) -> Shown:
        """Makes one trial.

        Raises:
            VoipprobeError: a host is lost, or something could not be started or read.
        """
        at, begin = time.time(), time.monotonic()
        self._number += 1
        plan = self._plan
        times = trial_times(plan, request.length)
        parts = shards(
            request.load, plan.call.hold_s, times,
            most_streams=plan.generators.streams_per_process,
            cpus=sum(one.hello.cores for one in self._generators),
        )  # fmt: skip
        shares = self._shares(parts, self._far_ends(len(parts)))
        seen = self._trial(shares, times)
        if self._callee is not None:
            self._callee.session.ask("hang up")
        facts = measured(
            plan, [part for share in shares for part, _ in share], seen,
            generators=[*self._generators, *([self._callee] if self._callee else [])],
            system=self._system, shared=self._is_shared(),
        )  # fmt: skip
        time.sleep(times.cooldown_s)
        return Shown(
            at=at,
            took_s=time.monotonic() - begin,
            measured=facts,
            most_calls=most_calls_up(seen.found.calls),
        )

    def _far_ends(self, number: int) -> list[str]:
        """Whom to call: "user@address:port" each."""
        user = load_scenario(self._plan.call.scenario).manifest.user
        if self._target is not None:
            return [f"{self._target.user or user}@{self._target.host_port}"]
        if self._callee is not None:
            served = self._callee.session.ask("answer", number=number)
        else:
            served = list(self._system.ready.answers) if self._system else []
        return [f"{user}@{one}" for one in served]

    def _shares(self, parts: Sequence[Shard], uris: Sequence[str]) -> list[list[tuple[Shard, str]]]:
        """Of each generator: every so-manieth process, with the far end that is its own."""
        paired = [(part, uris[index % len(uris)]) for index, part in enumerate(parts)]
        step = len(self._generators)
        return [paired[first::step] for first in range(step)]

    def _trial(self, shares: Sequence[Sequence[tuple[Shard, str]]], times: TrialTimes) -> Seen:
        """Calls from all generators, evidence from all hosts."""
        ahead = dict(self._at_once(lambda one: one.session.clock_offset_s()))
        begin = time.time() + LEAD_S
        plateau_at = begin + times.ramp_s + times.settle_s
        within_s = times.total_s + SLACK_S

        def work(one: Member) -> Any:
            if one in self._generators:
                share = shares[self._generators.index(one)]
                order = self._order(share, times, begin + ahead[one.name])
                told = one.session.ask("call", within_s=within_s, order=to_document(order))
                return decode(Seen, told, one.name)
            told = one.session.ask(
                "watch", within_s=within_s, begin_at=plateau_at + ahead[one.name],
                for_s=times.plateau_s,
            )  # fmt: skip
            return decode(Watched, told, one.name)

        found = self._at_once(work)
        seen = [Share(seen=one, ahead_s=ahead[name]) for name, one in found
                  if isinstance(one, Seen)]  # fmt: skip
        others = {name: one for name, one in found if isinstance(one, Watched)}
        evidence = {name: (one.before, one.after) for name, one in others.items()}
        ports = others[self._system.name].media_ports if self._system else None
        return merged(seen, evidence, ports)

    def _order(
        self, share: Sequence[tuple[Shard, str]], times: TrialTimes, begin_at: float
    ) -> TrialOrder:
        return TrialOrder(
            name=f"trial-{self._number}",
            shards=tuple(part for part, _ in share),
            uris=tuple(uri for _, uri in share),
            times=times,
            begin_at=begin_at,
            hop=self._hop(),
        )

    def _hop(self) -> str | None:
        """Where requests go first: to the system, unless it is the far end itself."""
        if self._target is not None:
            return self._target.host_port
        if self._system is None or self._callee is None:
            return None
        return f"{self._system.address}:{SIP_PORT}"

    def _is_shared(self) -> bool:
        """Whether any two hosts are one machine: how busy it is then says nothing of either."""
        ids = [one.hello.boot_id for one in self._members]
        return len(set(ids)) < len(ids)

    def _at_once(self, work: Callable[[Member], Found]) -> list[tuple[str, Found]]:
        """What the same work with each host gave, by its name, all at the same time."""

        def give_up() -> None:
            for one in self._members:  # nobody waits for an answer that is of no use any more
                one.session.cut()

        found = at_once(self._members, work, give_up)
        return [(one.name, each) for one, each in zip(self._members, found, strict=True)]
