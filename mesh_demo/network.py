"""The mesh: a namespace for each Region, the relay between them, a way out to services.

    with mesh(seed=1) as net:
        net.regions["us-east-1"].host.inside([...])   # argv that runs there
        net.regions["us-east-1"].address              # where the other Regions reach it
        net.services.host.inside(["moto_server", "-H", net.services.address])
        usual = net.impairment("us-east-1", "us-west-2")
        net.impair("us-east-1", "us-west-2", usual.worse(loss_ratio=0.05, delay_ms=80))
        net.truth().path("us-east-1", "us-west-2").rtp.lost

Addresses: Region n is 198.18.n.1, behind `wan0`, and 198.19.0.(10+n) behind `services0`. The
services namespace is 198.19.0.1 for all of them: bind a server there, or to 0.0.0.0 in
`net.services.host`. That way has no impairment and leads to the services only, so that Regions
cannot reach each other by it. From this process, `with entered(net.services.host.pid):` (of
mesh_demo.tun) opens sockets there. When the block ends, or this process, nothing stays.
"""

import contextlib
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from mesh_demo.control import SOCKET, ask
from mesh_demo.impairment import Impairment
from mesh_demo.regions import US_REGIONS, usual
from mesh_demo.truth import Truth
from mesh_demo.wiring import Region, Services, connect, placed
from voipprobe.model.errors import ConfigError, ToolError
from voipprobe.process.child import Child
from voipprobe.traffic.netns import hosts

MAX_REGIONS: Final = 8
"""With more, the truth about all paths would not fit into one datagram."""
READY_WITHIN_S: Final = 20.0

_TRUTH: Final = TypeAdapter(Truth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """The running network; made by `mesh`."""

    regions: Mapping[str, Region]
    services: Services
    relay: Child
    folder: Path

    def impair(self, source: str, destination: str, impairment: Impairment) -> None:
        """From now on, packets that enter this directed path meet this impairment.

        Raises:
            ConfigError: there is no such path.
            ToolError: the relay has ended.
        """
        self._ask(_impair_request(source, destination, impairment))

    def impairment(self, source: str, destination: str) -> Impairment:
        """What a directed path does to its packets now.

        Raises:
            ConfigError: there is no such path.
            ToolError: the relay has ended.
        """
        for path in self.truth().paths:
            if (path.source, path.destination) == (source, destination):
                return path.impairment
        raise ConfigError(f"no path {source} -> {destination} in this mesh")

    def truth(self) -> Truth:
        """What the relay has done to every directed path since the start.

        Raises:
            ToolError: the relay has ended.
        """
        return _TRUTH.validate_python(self._ask({"ask": "truth"}))

    def settled(self, within_s: float = 5.0) -> Truth:
        """The truth once no packet waits in the relay any more, or after `within_s`.

        Raises:
            ToolError: the relay has ended.
        """
        deadline = time.monotonic() + within_s
        truth = self.truth()
        while any(path.waiting for path in truth.paths) and time.monotonic() < deadline:
            time.sleep(0.02)
            truth = self.truth()
        return truth

    def _ask(self, request: dict[str, object]) -> Any:
        try:
            return ask(self.folder, request)
        except ToolError as error:
            raise ToolError(f"{error}: {self.relay.complaint() or 'it said nothing'}") from error


@contextlib.contextmanager
def mesh(
    regions: Sequence[str] = US_REGIONS,
    *,
    seed: int = 1,
    impairment: Callable[[str, str], Impairment] = usual,
) -> Iterator[Mesh]:
    """A mesh that is ready: every Region reaches every other one and the services.

    Args:
        regions: their names, which are the namespaces' too.
        seed: decides which packets are lost, held back, and how much each is delayed.
        impairment: what each directed path (source, destination) begins with.

    Raises:
        ConfigError: fewer than two Regions, or one twice.
        ToolError: not allowed here (root is needed), or there is no TUN.
    """
    if len(set(regions)) != len(regions) or not 2 <= len(regions) <= MAX_REGIONS:
        named = ", ".join(regions)
        raise ConfigError(f"a mesh has 2 to {MAX_REGIONS} Regions of different names, not {named}")
    with contextlib.ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="voipprobe-mesh-")))
        *ends, services = held.enter_context(hosts(*regions, "services"))
        made = {end.name: placed(number, end) for number, end in enumerate(ends, start=1)}
        argv = [sys.executable, "-m", "mesh_demo.relay"]
        argv.append(json.dumps(_order(made, seed, impairment, folder)))
        child = Child(argv, folder=folder, name="relay", environment=_import_path())
        relay = held.enter_context(child)
        _await_ready(relay, folder)
        for number, region in enumerate(made.values(), start=1):
            connect(region, services, f"region{number}")
        yield Mesh(regions=made, services=Services(host=services), relay=relay, folder=folder)


def _order(
    regions: Mapping[str, Region], seed: int, impairment: Callable[[str, str], Impairment],
    folder: Path,
) -> dict[str, object]:  # fmt: skip
    return {
        "seed": seed,
        "control": str(folder / SOCKET),
        "regions": [
            {"name": one.name, "address": one.address, "pid": one.host.pid}
            for one in regions.values()
        ],
        "impairments": [
            _impair_request(source, destination, impairment(source, destination))
            for source, destination in itertools.permutations(regions, 2)
        ],
    }


def _impair_request(source: str, destination: str, impairment: Impairment) -> dict[str, object]:
    return {
        "ask": "impair", "source": source, "destination": destination,
        "impairment": asdict(impairment),
    }  # fmt: skip


def _import_path() -> dict[str, str]:
    """The relay works in a folder of its own, and must find this very package from there."""
    ours = str(Path(__file__).resolve().parents[1])
    return {"PYTHONPATH": os.pathsep.join(filter(None, [ours, os.environ.get("PYTHONPATH")]))}


def _await_ready(relay: Child, folder: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not (folder / SOCKET).exists():
        if relay.wait(0.01) is not None or time.monotonic() > deadline:
            raise ToolError(f"the relay of the mesh did not start: {relay.complaint()}")
