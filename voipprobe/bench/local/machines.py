"""The machines of one search: who calls whom from where, and how a trial is made with them."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voipprobe.bench.evidence.collect import take_facts
from voipprobe.bench.local.callees import callees
from voipprobe.bench.local.callers import Callers
from voipprobe.bench.local.measured import measured
from voipprobe.bench.local.neighbours import await_neighbours
from voipprobe.bench.local.place import Place
from voipprobe.bench.local.ready import ports_in_use
from voipprobe.bench.local.rest import await_rest
from voipprobe.bench.local.shards import processes_for, shards
from voipprobe.bench.local.steady import Steady, Worth
from voipprobe.bench.local.systems import System
from voipprobe.bench.local.trial import Seen, Wire, run_trial
from voipprobe.bench.loop import Shown
from voipprobe.bench.plan.effective import Search, trial_times
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.records import MachineRecord
from voipprobe.bench.search.records import Request
from voipprobe.bench.verdict.facts import Pool
from voipprobe.bench.wire import most_calls_up
from voipprobe.traffic.scenarios import load_scenario
from voipprobe.traffic.sipp.version import SippVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Roles and addresses.

    Attributes:
        callee: None where the system answers itself.
        system: None where nobody may look into it.
        hop: "address:port" that requests are sent to; None for whom they name.
        callee_address: of our far ends.
        user: that is called; None for the scenario's own.
        kept_awake: the CPUs of this host do not sleep.
        steady: what keeps the system's quota worth the same; None where it has none.
    """

    caller: Place
    callee: Place | None
    system: Place | None
    made: System
    wire: Wire
    hop: str | None
    callee_address: str
    user: str | None = None
    kept_awake: bool = False
    steady: Steady | None = None


class LocalBench:
    """The machines of one search, ready."""

    def __init__(
        self, plan: Plan, search: Search, sipp: SippVersion, stage: Stage, folder: Path
    ) -> None:
        self._plan, self._search, self._sipp = plan, search, sipp
        self.stage, self._folder = stage, folder
        self._number = 0

    @property
    def machine(self) -> MachineRecord:
        """What they are."""
        facts, system, steady = take_facts(), self.stage.system, self.stage.steady
        return MachineRecord(
            search=self._search.id,
            at=time.time(),
            vcpus=None if system is None else system.cores,
            architecture=None if system is None else facts.architecture,
            hosts={"this host": facts},
            versions=self.stage.made.versions,
            configuration=self.stage.made.configuration,
            kept_awake=self.stage.kept_awake,
            datagram_us=None if steady is None else steady.reference_us,
        )

    def rest(self, most_s: float) -> float:
        """Wait until other machines leave this host its CPUs, or for so long."""
        return await_neighbours(most_s)

    def measure(self, request: Request) -> Shown:
        """Makes one trial.

        Raises:
            VoipprobeError: something could not be started or read.
        """
        at, begin = time.time(), time.monotonic()
        self._number += 1
        plan, system = self._plan, self.stage.system
        times = trial_times(plan, request.length)
        number = processes_for(plan.generators, request.load, os.cpu_count() or 1)
        parts = shards(request.load, plan.call.hold_s, times, number)
        with self._far_ends(len(parts)) as (uris, generators):
            seen = run_trial(
                self._callers(), parts, uris, times,
                watched=(*generators, *([system] if system else [])),
                wire=self.stage.wire, folder=self._folder / f"trial-{self._number}",
                media_ports=self._media_ports,
            )  # fmt: skip
        facts = measured(
            plan, parts, seen, generators=generators, system=system, worth=self._worth(seen)
        )
        time.sleep(times.cooldown_s)
        if system is not None:
            await_rest(system)
        return Shown(
            at=at,
            took_s=time.monotonic() - begin,
            measured=facts,
            most_calls=most_calls_up(seen.found.calls),
        )

    @contextlib.contextmanager
    def _far_ends(self, number: int) -> Iterator[tuple[list[str], tuple[Place, ...]]]:
        """Whom to call, and the roles that make the load."""
        stage, call = self.stage, self._plan.call
        user = stage.user or load_scenario(call.scenario).manifest.user
        if stage.callee is None:
            yield [f"{user}@{one}" for one in stage.made.answers], (stage.caller,)
            return
        with callees(
            stage.callee, self._sipp, address=stage.callee_address, transport=call.transport,
            number=number,
        ) as served:  # fmt: skip
            yield [f"{user}@{one}" for one in served], (stage.caller, stage.callee)

    def _callers(self) -> Callers:
        stage = self.stage
        return Callers(
            place=stage.caller, version=self._sipp, call=self._plan.call, hop=stage.hop,
            address=stage.wire.address,
        )  # fmt: skip

    def _worth(self, seen: Seen) -> Worth | None:
        """Of the system's quota over the plateau."""
        steady, plateau = self.stage.steady, seen.plateau
        return None if steady is None else steady.worth(plateau.begins_at, plateau.ends_at)

    def _media_ports(self) -> Pool | None:
        """Those of the system that are in use."""
        system, made = self.stage.system, self.stage.made
        if system is None or system.host is None:
            return None
        return ports_in_use(system.host, made.media_ports, made.legs)
