"""Provider local: namespaces and quotas on this host, for one search at a time."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from voipprobe.bench.local.awake import awake
from voipprobe.bench.local.callers import CALLER_MEDIA_PORTS, CALLER_PORTS
from voipprobe.bench.local.machines import LocalBench, Stage
from voipprobe.bench.local.network import CALLER, INTERFACE, SIP_PORT, Wiring, network
from voipprobe.bench.local.place import Place
from voipprobe.bench.local.quota import group
from voipprobe.bench.local.steady import Steady, steady
from voipprobe.bench.local.systems import System, system
from voipprobe.bench.local.trial import Wire
from voipprobe.bench.plan.effective import Search, size_of
from voipprobe.bench.plan.sections import Plan
from voipprobe.capture.live.warm import warm_up
from voipprobe.model.errors import ConfigError
from voipprobe.model.target import parse_target
from voipprobe.traffic.address import interface_of, local_address_towards, resolve
from voipprobe.traffic.netns import Host
from voipprobe.traffic.sipp.version import installed_sipp


class LocalLab:
    """Makes the machines of each search on this host."""

    def __init__(self, plan: Plan, folder: Path, datagram_us: float | None = None) -> None:
        """Look whether it can be done.

        Args:
            plan: of the run.
            folder: of the run, for files of the tools.
            datagram_us: at which earlier searches of the run count a CPU as one; None for those
                that are the first.

        Raises:
            ToolError: SIPp is missing.
            ConfigError: the plan asks for what cannot be had on one host.
        """
        if plan.call.transport == "tls":
            raise ConfigError("call.transport: provider local has no certificates: udp or tcp")
        self._plan, self._folder = plan, folder.absolute()  # children have folders of their own
        self._sipp = installed_sipp()
        self._datagram_us = datagram_us
        warm_up()

    @contextlib.contextmanager
    def place(self, search: Search) -> Iterator[LocalBench]:
        """The machines of a search, gone when the block ends.

        Raises:
            ToolError: they cannot be made: root is needed, or a program is missing.
        """
        folder = self._folder / f"{search.id}-{time.strftime('%H%M%S')}"
        folder.mkdir(parents=True)
        is_external = self._plan.system.kind == "external"
        staged = self._outside(folder) if is_external else self._inside(search, folder)
        with awake() as kept, staged as stage:
            yield LocalBench(
                self._plan, search, self._sipp, replace(stage, kept_awake=kept), folder
            )

    @contextlib.contextmanager
    def _inside(self, search: Search, folder: Path) -> Iterator[Stage]:
        """System, caller and callee in namespaces of their own."""
        plan, size = self._plan, size_of(self._plan, search)
        cpus = size.cpus if size is not None else None
        with contextlib.ExitStack() as held:
            net = held.enter_context(network(_wiring(plan)))
            caller = held.enter_context(self._caller(net.caller, folder))
            callee = _role("callee", net.callee, folder, plan.generators.cpus)
            sut = held.enter_context(_role("system", net.system, folder, None))
            made = held.enter_context(system(plan, sut, net, self._sipp))
            yield Stage(
                caller=caller,
                callee=None if made.answers else held.enter_context(callee),
                system=replace(sut, cores=cpus or _cpus()),
                made=made,
                wire=Wire(interface=INTERFACE, address=CALLER),
                hop=None if made.answers else f"{net.near}:{SIP_PORT}",
                callee_address=net.callee_address,
                steady=held.enter_context(self._sized(sut, cpus)),
            )

    @contextlib.contextmanager
    def _sized(self, sut: Place, cpus: float | None) -> Iterator[Steady | None]:
        """The system with its quota, which stays worth the same where there is room for that."""
        if cpus is None or cpus >= _cpus():
            sut.group.limit(cpus)
            yield None
            return
        with steady(sut.group, cpus, sut.folder, self._datagram_us) as kept:
            self._datagram_us = kept.reference_us
            yield kept

    @contextlib.contextmanager
    def _outside(self, folder: Path) -> Iterator[Stage]:
        """The caller in this host's own network; the system is somebody else's."""
        target = parse_target(self._plan.system.uri or "", transport=self._plan.call.transport)
        remote = resolve(target.host)
        local = local_address_towards(remote)
        hop = f"[{remote}]:{target.port}" if ":" in remote else f"{remote}:{target.port}"
        with self._caller(None, folder) as caller:
            yield Stage(
                caller=caller,
                callee=None,
                system=None,
                made=System(media_ports=range(0), answers=(target.host_port,), versions={}),
                wire=Wire(interface=interface_of(local), address=local, ports=CALLER_PORTS),
                hop=hop,
                callee_address=remote,
                user=target.user,
            )

    @contextlib.contextmanager
    def _caller(self, host: Host | None, folder: Path) -> Iterator[Place]:
        with _role("caller", host, folder, self._plan.generators.cpus) as made:
            yield replace(made, unread_ports=CALLER_MEDIA_PORTS)


def _wiring(plan: Plan) -> Wiring:
    if plan.system.kind == "responder":
        return "system-only"
    return "through" if plan.call.media == "through" else "beside"


@contextlib.contextmanager
def _role(name: str, host: Host | None, folder: Path, cpus: float | None) -> Iterator[Place]:
    with group(name) as made:
        made.limit(cpus)
        yield Place(name=name, host=host, group=made, cores=cpus or _cpus(), folder=folder)


def _cpus() -> int:
    return os.cpu_count() or 1
