"""The machines of a local benchmark: namespaces and quotas, for one search at a time."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from voipprobe.bench.evidence.collect import take_facts
from voipprobe.bench.local.callees import callees
from voipprobe.bench.local.callers import CALLER_MEDIA_PORTS, Callers
from voipprobe.bench.local.measured import measured
from voipprobe.bench.local.network import CALLER, INTERFACE, SIP_PORT, Network, Wiring, network
from voipprobe.bench.local.place import Place
from voipprobe.bench.local.quota import group
from voipprobe.bench.local.shards import shards
from voipprobe.bench.local.systems import System, system
from voipprobe.bench.local.trial import Wire, run_trial
from voipprobe.bench.loop import Shown
from voipprobe.bench.plan.effective import Search, size_of, trial_times
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.records import MachineRecord
from voipprobe.bench.search.records import Request
from voipprobe.bench.wire import most_calls_up
from voipprobe.capture.live.warm import warm_up
from voipprobe.model.errors import ConfigError
from voipprobe.traffic.netns import Host
from voipprobe.traffic.scenarios import load_scenario
from voipprobe.traffic.sipp.version import SippVersion, installed_sipp


class LocalLab:
    """Makes the machines of each search on this host."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        """Look whether it can be done.

        Args:
            plan: of the run.
            folder: of the run, for files of the tools.

        Raises:
            ToolError: SIPp is missing.
            ConfigError: the plan asks for what cannot be had on one host.
        """
        if plan.call.transport == "tls":
            raise ConfigError("call.transport: provider local has no certificates: udp or tcp")
        self._plan, self._folder = plan, folder
        self._sipp = installed_sipp()
        warm_up()

    @contextlib.contextmanager
    def place(self, search: Search) -> Iterator["LocalBench"]:
        """The machines of a search, gone when the block ends."""
        plan = self._plan
        folder = self._folder / f"{search.id}-{time.strftime('%H%M%S')}"
        folder.mkdir(parents=True)
        size = size_of(plan, search)
        cpus = size.cpus if size is not None else None
        with contextlib.ExitStack() as held:
            net = held.enter_context(network(_wiring(plan)))
            caller = replace(
                held.enter_context(_role("caller", net.caller, folder, plan.generators.cpus)),
                unread_ports=CALLER_MEDIA_PORTS,
            )
            callee = held.enter_context(_role("callee", net.callee, folder, plan.generators.cpus))
            under_test = held.enter_context(_role("system", net.system, folder, None))
            made = held.enter_context(system(plan, under_test, net, self._sipp))
            under_test.group.limit(cpus)
            sized = replace(under_test, cores=cpus or _cpus())
            roles = Roles(caller=caller, callee=callee, system=sized)
            yield LocalBench(plan, search, self._sipp, net, roles, made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The three places."""

    caller: Place
    callee: Place
    system: Place


class LocalBench:
    """The machines of one search, ready."""

    def __init__(
        self, plan: Plan, search: Search, sipp: SippVersion, net: Network, roles: Roles,
        made: System,
    ) -> None:  # fmt: skip
        self._plan, self._search, self._sipp = plan, search, sipp
        self._net, self._roles, self._system = net, roles, made
        self._number = 0

    @property
    def machine(self) -> MachineRecord:
        """What they are."""
        facts = take_facts()
        return MachineRecord(
            search=self._search.id,
            at=time.time(),
            vcpus=self._roles.system.cores,
            architecture=facts.architecture,
            hosts={"this host": facts},
            versions=self._system.versions,
        )

    def measure(self, request: Request) -> Shown:
        """Makes one trial."""
        at, begin = time.time(), time.monotonic()
        self._number += 1
        plan, roles = self._plan, self._roles
        times = trial_times(plan, request.length)
        parts = shards(
            request.load, plan.call.hold_s, times,
            most_streams=plan.generators.streams_per_process, cpus=_cpus(),
        )  # fmt: skip
        folder = roles.caller.folder / f"trial-{self._number}"
        with self._far_ends(len(parts)) as (uris, generators):
            seen = run_trial(
                self._callers(), parts, uris, times,
                watched=(*generators, roles.system),
                wire=Wire(interface=INTERFACE, address=CALLER), folder=folder,
            )  # fmt: skip
        facts = measured(plan, parts, seen, generators=generators, system=roles.system)
        time.sleep(times.cooldown_s)
        return Shown(
            at=at,
            took_s=time.monotonic() - begin,
            measured=facts,
            most_calls=most_calls_up(seen.found.calls),
        )

    @contextlib.contextmanager
    def _far_ends(self, number: int) -> Iterator[tuple[list[str], tuple[Place, ...]]]:
        """Whom to call, and the roles that make the load."""
        user = load_scenario(self._plan.call.scenario).manifest.user
        roles, net = self._roles, self._net
        if self._system.answers:
            yield [f"{user}@{one}" for one in self._system.answers], (roles.caller,)
            return
        with callees(
            roles.callee, self._sipp, address=net.callee_address,
            transport=self._plan.call.transport, number=number,
        ) as served:  # fmt: skip
            yield [f"{user}@{one}" for one in served], (roles.caller, roles.callee)

    def _callers(self) -> Callers:
        return Callers(
            place=self._roles.caller,
            version=self._sipp,
            call=self._plan.call,
            hop=f"{self._net.near}:{SIP_PORT}",
            address=CALLER,
        )


def _wiring(plan: Plan) -> Wiring:
    if plan.system.kind == "responder":
        return "system-only"
    return "through" if plan.call.media == "through" else "beside"


@contextlib.contextmanager
def _role(name: str, host: Host, folder: Path, cpus: float | None) -> Iterator[Place]:
    with group(name) as made:
        made.limit(cpus)
        yield Place(name=name, host=host, group=made, cores=cpus or _cpus(), folder=folder)


def _cpus() -> int:
    return os.cpu_count() or 1
