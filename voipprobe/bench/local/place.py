"""Where a process runs: a network namespace, a CPU quota, a folder."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voipprobe.bench.evidence.questions import Watch
from voipprobe.bench.local.quota import Group
from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child, Step
from voipprobe.traffic.netns import Host

SIPP_ENDING: Final[tuple[tuple[Step, float], ...]] = ((signal.SIGTERM, 1.0),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One role of a benchmark on its host.

    Attributes:
        host: its network; None for this machine's own.
        cores: what its processes may use together.
        folder: for files of its processes.
        unread_ports, ena: see `evidence.questions.Watch`.
    """

    name: str
    host: Host | None
    group: Group
    cores: float
    folder: Path
    unread_ports: range = range(0)
    ena: tuple[str, ...] = ()

    def start(
        self, argv: Sequence[str], name: str, *, folder: Path | None = None,
        ending: tuple[tuple[Step, float], ...] = SIPP_ENDING,
    ) -> Child:  # fmt: skip
        """A process of this role.

        Raises:
            ToolError: it cannot be started.
        """
        there = self.group.inside(argv if self.host is None else self.host.inside(argv))
        return Child(there, folder=folder or self.folder, name=name, stop=ending)

    @property
    def namespace(self) -> Host:
        """Its network.

        Raises:
            ToolError: it has none of its own.
        """
        if self.host is None:
            raise ToolError(f"{self.name} of a benchmark runs in a network namespace")
        return self.host

    @property
    def watch(self) -> Watch:
        """What evidence of it looks at: its processes, its network, its quota."""
        return Watch(
            roots=self.group.pids(),
            namespace_pid=None if self.host is None else self.host.pid,
            cgroup=str(self.group.folder),
            ena=self.ena,
            unread_ports=self.unread_ports,
        )
