"""What a host does when it is told: its part of a benchmark, until the line breaks.

Runs on the host itself, as root. Knows nothing of EC2.
"""

import contextlib
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import voipprobe
from voipprobe.bench.evidence.collect import take_facts, take_snapshot
from voipprobe.bench.local.callees import callees
from voipprobe.bench.local.callers import CALLER_MEDIA_PORTS, Callers
from voipprobe.bench.local.network import Network
from voipprobe.bench.local.place import Place
from voipprobe.bench.local.quota import group
from voipprobe.bench.local.ready import ports_in_use
from voipprobe.bench.local.rest import await_rest
from voipprobe.bench.local.systems import System, system
from voipprobe.bench.local.trial import Seen, Wire, run_trial
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.remote.messages import Cast, Hello, Ready, TrialOrder, Watched
from voipprobe.bench.remote.scripts import with_scripts
from voipprobe.capture.live.warm import warm_up
from voipprobe.model.errors import ToolError
from voipprobe.traffic.address import interface_of
from voipprobe.traffic.netns import Host
from voipprobe.traffic.responder.allow import parse_networks
from voipprobe.traffic.sipp.version import installed_sipp

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def hello() -> Hello:
    """Who we are."""
    return Hello(
        version=voipprobe.__version__,
        boot_id=BOOT_ID.read_text().strip(),
        cores=os.cpu_count() or 1,
        facts=take_facts(),
    )


class Actor:
    """One host with its part. A context manager: what it has started ends with it."""

    def __init__(self, cast: Cast, folder: Path) -> None:
        """Take the part; a system and far ends that stay are started by `prepare`.

        Args:
            cast: the part.
            folder: for files of the tools.
        """
        self._cast, self._folder = cast, folder
        self._plan = with_scripts(
            Plan.model_validate_json(json.dumps(cast.plan)), cast.scripts, folder
        )
        self._held = contextlib.ExitStack()
        self._far_ends = contextlib.ExitStack()
        self._made = System(media_ports=range(0), answers=(), versions={})
        self._sipp = installed_sipp()
        self._host = Host(name=cast.name, pid=os.getpid())  # the network that we are in

    def prepare(self) -> Ready:
        """Be ready for trials.

        Raises:
            ToolError: a program is missing or does not start.
        """
        made = self._held.enter_context(group(self._cast.role))
        self._place = Place(
            name=self._cast.name, host=self._host, group=made, cores=os.cpu_count() or 1,
            folder=self._folder, ena=ena_interfaces(),
        )  # fmt: skip
        if self._cast.role == "generator":
            self._place = replace(self._place, unread_ports=CALLER_MEDIA_PORTS)
            warm_up()
        if self._cast.role == "system":
            running = system(self._plan, self._place, self._network(), self._sipp)
            self._made = self._held.enter_context(running)
        versions = {"sipp": self._sipp.text, **self._made.versions}
        return Ready(answers=tuple(self._made.answers), versions=versions)

    def answer(self, number: int) -> list[str]:
        """So many far ends for the next trial, instead of those before; where they are."""
        self._far_ends.close()
        running = callees(
            self._place, self._sipp, address=self._cast.address, number=number,
            transport=self._plan.call.transport, peers=parse_networks(self._cast.peers),
        )  # fmt: skip
        return self._far_ends.enter_context(running)

    def hang_up(self) -> None:
        """End the far ends of a trial."""
        self._far_ends.close()

    def rest(self) -> float:
        """Wait until we have got over a trial; seconds that it took."""
        return await_rest(self._place)

    def watch(self, begin_at: float, for_s: float) -> Watched:
        """Evidence at both ends of a plateau; `begin_at` by our own clock."""
        time.sleep(max(0.0, begin_at - time.time()))
        before = take_snapshot(self._place.watch)
        time.sleep(for_s)
        after = take_snapshot(self._place.watch)
        ports = ports_in_use(self._host, self._made.media_ports, self._made.legs)
        return Watched(before=before, after=after, media_ports=ports)

    def call(self, order: TrialOrder) -> Seen:
        """Make our share of a trial."""
        address = self._cast.address
        callers = Callers(
            place=self._place, version=self._sipp, call=self._plan.call, hop=order.hop,
            address=address,
        )  # fmt: skip
        return run_trial(
            callers, order.shards, order.uris, order.times,
            watched=(self._place,), wire=Wire(interface=interface_of(address), address=address),
            folder=self._folder / order.name, media_ports=lambda: None, begin_at=order.begin_at,
        )  # fmt: skip

    def close(self) -> None:
        """End everything."""
        try:
            self._far_ends.close()
        finally:
            self._held.close()

    def _network(self) -> Network:
        own, host = self._cast.address, self._host
        return Network(
            caller=host, system=host, callee=host, near=own, far=own,
            callee_address=self._cast.callee or own, peers=parse_networks(self._cast.peers),
        )  # fmt: skip


def ena_interfaces(root: Path = Path("/sys/class/net")) -> tuple[str, ...]:
    """Interfaces of AWS's own kind, which count what is beyond the instance's allowances."""
    found = []
    for one in root.glob("*"):
        with contextlib.suppress(OSError):
            if (one / "device" / "driver").resolve(strict=True).name == "ena":
                found.append(one.name)
    return tuple(sorted(found))


def require_actor(actor: Actor | None) -> Actor:
    """The actor.

    Raises:
        ToolError: nobody has told us our part yet.
    """
    if actor is None:
        raise ToolError("this host has not been told its part yet")
    return actor
