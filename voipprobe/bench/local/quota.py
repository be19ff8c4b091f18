"""CPU quotas: a cgroup for each role, of version 1 or 2, gone when the block ends.

Knows the files of cgroups. What a crash of ours leaves is taken away at the next start.
"""

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voipprobe.model.errors import ToolError
from voipprobe.process.tools import find_tool

PERIOD_US: Final = 10_000
"""Short, because a system that has used its share up stands still for the rest of a period: of
the usual 100 ms a call would hear that."""
LEAST_QUOTA_US: Final = 1_000
"""The kernel takes no less."""
GONE_WITHIN_S: Final = 3.0
_PREFIX: Final = "voipprobe-bench-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One cgroup; what is started in it stays in it, with all its children."""

    folder: Path
    is_v2: bool

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The argv that runs a program in this group, as the same process."""
        enter = 'echo $$ > "$0" && exec "$@"'
        return [find_tool("sh"), "-c", enter, str(self.folder / "cgroup.procs"), *argv]

    def limit(self, cpus: float | None) -> None:
        """Let all of it together use so many CPUs; None for any number."""
        period_us = _period_us(cpus)
        with _refusals(self.folder):
            if not self.is_v2:
                (self.folder / "cpu.cfs_period_us").write_text(str(period_us))
        self._set(cpus, period_us)

    def adjust(self, cpus: float, of: float) -> None:
        """Change a limit of `of` CPUs to something near it.

        The period stays: a kernel starts it anew, and fills the quota up, when it is written.
        """
        self._set(cpus, _period_us(of))

    def _set(self, cpus: float | None, period_us: int) -> None:
        quota = None if cpus is None else max(LEAST_QUOTA_US, round(cpus * period_us))
        with _refusals(self.folder):
            if self.is_v2:
                text = f"{'max' if quota is None else quota} {period_us}"
                (self.folder / "cpu.max").write_text(text)
            else:
                text = "-1" if quota is None else str(quota)
                (self.folder / "cpu.cfs_quota_us").write_text(text)

    def prefer(self) -> None:
        """Serve it before everything else on this host that wants a CPU at the same time."""
        name, weight = ("cpu.weight", 10_000) if self.is_v2 else ("cpu.shares", 262_144)
        with _refusals(self.folder):
            (self.folder / name).write_text(str(weight))

    def pids(self) -> tuple[int, ...]:
        """All processes in it now."""
        return tuple(int(line) for line in (self.folder / "cgroup.procs").read_text().split())

    def remove(self) -> None:
        """End what is left in it, and take it away."""
        deadline = time.monotonic() + GONE_WITHIN_S
        while pids := self.pids():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > deadline:
                return  # of a process that does not end: the next start tries again
            time.sleep(0.02)
        with contextlib.suppress(OSError):
            self.folder.rmdir()


@contextlib.contextmanager
def group(role: str) -> Iterator[Group]:
    """A new cgroup without a limit.

    Raises:
        ToolError: none can be made here (root is needed).
    """
    root, is_v2 = _hierarchy()
    _sweep(root, is_v2=is_v2)
    folder = root / f"{_PREFIX}{os.getpid()}-{role}"
    with _refusals(folder):
        folder.mkdir()
    made = Group(folder=folder, is_v2=is_v2)
    try:
        made.prefer()
        yield made
    finally:
        made.remove()


def _period_us(cpus: float | None) -> int:
    """As short as leaves room for half the quota."""
    return PERIOD_US if cpus is None else max(PERIOD_US, round(2 * LEAST_QUOTA_US / cpus))


def _hierarchy() -> tuple[Path, bool]:
    """Where groups with a CPU quota are made, and whether by version 2."""
    root = Path("/sys/fs/cgroup")
    if (root / "cgroup.controllers").is_file():
        with _refusals(root):
            (root / "cgroup.subtree_control").write_text("+cpu")
        return root, True
    for name in ("cpu", "cpu,cpuacct"):
        if (root / name / "cpu.cfs_quota_us").is_file() or (root / name / "tasks").is_file():
            return root / name, False
    raise ToolError(f"{root}: no CPU controller is mounted: a size that is a quota needs one")


def _sweep(root: Path, *, is_v2: bool) -> None:
    """Take away what runs of ours left that are gone."""
    for folder in root.glob(f"{_PREFIX}*"):
        match = re.fullmatch(rf"{_PREFIX}(\d+)-.+", folder.name)
        if match and not Path(f"/proc/{match[1]}").exists():
            Group(folder=folder, is_v2=is_v2).remove()


@contextlib.contextmanager
def _refusals(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"{where}: no CPU quota can be set: {error.strerror}"
        raise ToolError(f"{reason}: sizes of provider local need root") from None
