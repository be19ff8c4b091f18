"""The machines of one search behind their sessions: who calls whom, and how a trial is made."""

import time
from collections.abc import Mapping, Sequence

from voipprobe.bench.local.measured import measured
from voipprobe.bench.local.network import SIP_PORT
from voipprobe.bench.local.shards import processes_for, shards
from voipprobe.bench.local.trial import Seen
from voipprobe.bench.loop import Shown
from voipprobe.bench.plan.effective import TrialTimes, trial_times
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.records import MachineRecord
from voipprobe.bench.remote.member import Member
from voipprobe.bench.remote.shares import Job, deal
from voipprobe.bench.remote.trial import run_remote_trial
from voipprobe.bench.search.records import Request
from voipprobe.bench.verdict.facts import Measured
from voipprobe.bench.wire import most_calls_up
from voipprobe.model.target import parse_target
from voipprobe.traffic.scenarios import load_scenario


class RemoteBench:
    """The machines of one search, ready."""

    def __init__(self, plan: Plan, machine: MachineRecord, members: Sequence[Member]) -> None:
        self._plan, self._machine = plan, machine
        self._generators = {one.name: one for one in members if one.role == "generator"}
        self._callee = next((one for one in members if one.role == "callee"), None)
        self._system = next((one for one in members if one.role == "system"), None)
        self._target = None
        if plan.system.kind == "external" and plan.system.uri is not None:
            self._target = parse_target(plan.system.uri, transport=plan.call.transport)
        self._number = 0

    @property
    def machine(self) -> MachineRecord:
        """What they are."""
        return self._machine

    def rest(self, most_s: float) -> float:
        """Wait: instances see steal where a host is shared, and it comes in bursts."""
        time.sleep(most_s)
        return most_s

    def measure(self, request: Request) -> Shown:
        """Makes one trial.

        Raises:
            VoipprobeError: a host is lost, or something could not be started or read.
        """
        at, begin = time.time(), time.monotonic()
        self._number += 1
        plan = self._plan
        times = trial_times(plan, request.length)
        cores = sum(one.hello.cores for one in self._generators.values())
        number = processes_for(plan.generators, request.load, cores)
        parts = shards(request.load, plan.call.hold_s, times, number)
        jobs = deal(tuple(self._generators), parts, self._far_ends(len(parts)))
        seen = self._trial(jobs, times)
        facts = self._measured(jobs, seen)
        time.sleep(times.cooldown_s)
        if self._system is not None:
            self._system.session.ask("rest")
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

    def _trial(self, jobs: Mapping[str, Sequence[Job]], times: TrialTimes) -> Seen:
        others = [one for one in (self._system, self._callee) if one is not None]
        members = [*(self._generators[name] for name in jobs), *others]
        name = f"trial-{self._number}"
        seen = run_remote_trial(members, jobs, times, hop=self._hop(), name=name)
        if self._callee is not None:
            self._callee.session.ask("hang up")
        return seen

    def _measured(self, jobs: Mapping[str, Sequence[Job]], seen: Seen) -> Measured:
        """The generators that had work, and the far end, made the load."""
        generators = [self._generators[name] for name in jobs]
        load = [*generators, *([self._callee] if self._callee else [])]
        every = [*load, *([self._system] if self._system else [])]
        return measured(
            self._plan, [shard for mine in jobs.values() for shard, _ in mine], seen,
            generators=load, system=self._system, shared=_is_shared(every),
        )  # fmt: skip

    def _hop(self) -> str | None:
        """Where requests go first: to the system, unless it is the far end itself."""
        if self._target is not None:
            return self._target.host_port
        if self._system is None or self._callee is None:
            return None
        return f"{self._system.address}:{SIP_PORT}"


def _is_shared(members: Sequence[Member]) -> bool:
    """Whether any two hosts are one machine: how busy it is then says nothing of either."""
    ids = [one.hello.boot_id for one in members]
    return len(set(ids)) < len(ids)
