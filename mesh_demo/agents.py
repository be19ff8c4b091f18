"""One fleet file, and the four agents that read it, each in the namespace of its Region.

Knows how agents are configured and started. Must not know what they measure.
"""

import contextlib
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mesh_demo.network import Mesh
from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child

NAMESPACE: Final = "voipprobe/mesh-demo"
READY_WITHIN_S: Final = 150.0
"""The first start on a machine compiles for some seconds, here four times at once."""
PORT: Final = 9464
PUBLISH_S: Final = 2.0
STOP: Final = ((signal.SIGTERM, 15.0),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What every agent does to every other one."""

    interval_s: float = 15.0
    calls: int = 2
    hold_s: float = 5.0
    worst_loss_ratio: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The running agents."""

    file: Path
    states: Mapping[str, Path]
    agents: Mapping[str, Child]

    def require_alive(self) -> None:
        """Do nothing while all agents run.

        Raises:
            ToolError: one has ended; its last words are in the message.
        """
        for name, agent in self.agents.items():
            if agent.poll() is not None:
                raise ToolError(f"the agent of {name} has ended: {agent.complaint()}")


def fleet_text(net: Mesh, load: Load) -> str:
    """The fleet file of all agents: a full mesh, and CloudWatch."""
    peers = [
        f'[[peer]]\nname = "{one.name}"\nregion = "{one.name}"\naddress = "{one.address}"\n'
        for one in net.regions.values()
    ]
    return "\n".join(
        [
            f'[agent]\nlisten = "127.0.0.1:{PORT}"\n',
            '[responder]\ntransports = ["udp"]\n',
            *peers,
            "[[probe]]",
            'name = "mesh"',
            "peers = true",
            f"interval_s = {load.interval_s}",
            f"calls = {load.calls}",
            f"rate_cps = {float(load.calls)}",
            f"hold_s = {load.hold_s}",
            f'critical = ["ser>=0.9", "forward_loss_ratio<={load.worst_loss_ratio}"]',
            "",
            "[publish.prometheus]",
            "[publish.cloudwatch]",
            f'namespace = "{NAMESPACE}"',
            f"interval_s = {PUBLISH_S}",
            "",
        ]
    )


@contextlib.contextmanager
def fleet(net: Mesh, folder: Path, load: Load, environment: Mapping[str, str]) -> Iterator[Fleet]:
    """All agents, running and ready; ended with the block.

    Args:
        net: where they run.
        folder: for the fleet file, their states and their logs.
        load: what they do.
        environment: theirs, on top of ours.

    Raises:
        ToolError: one does not start.
    """
    file = folder / "fleet.toml"
    file.write_text(fleet_text(net, load))
    states = {name: folder / name / "state" for name in net.regions}
    with contextlib.ExitStack() as held:
        agents = {}
        for name, region in net.regions.items():
            argv = [sys.executable, "-m", "voipprobe", "agent", "run",
                    "--config", str(file), "--state", str(states[name])]  # fmt: skip
            (folder / name).mkdir()
            child = Child(region.host.inside(argv), folder=folder / name, name="agent",
                          stop=STOP, environment=environment)  # fmt: skip
            agents[name] = held.enter_context(child)
        _await_ready(agents)
        yield Fleet(file=file, states=states, agents=agents)


def _await_ready(agents: Mapping[str, Child]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    for name, agent in agents.items():
        while "event=started" not in agent.stderr_text():
            if agent.wait(0.1) is not None or time.monotonic() > deadline:
                raise ToolError(f"the agent of {name} did not start: {agent.complaint()}")
