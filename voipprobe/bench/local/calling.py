"""The calling processes of a trial while they run, and what they leave behind."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from voipprobe.process.child import Child
from voipprobe.traffic.responder.allow import parse_networks
from voipprobe.traffic.responder.guard import Guard
from voipprobe.traffic.sipp.arguments import ERRORS, STATISTICS
from voipprobe.traffic.sipp.statistics import Statistics, first_error, parse_statistics

ANYBODY: Final = parse_networks(["0.0.0.0/0", "::/0"])


class Calling:
    """Running processes."""

    def __init__(self, children: Sequence[Child], folders: Sequence[Path]) -> None:
        self._children, self._folders = children, folders

    def widen(self) -> None:
        """Give their sockets room for bursts, once they are open."""
        for child in self._children:
            Guard(child.pid, ANYBODY).cover()

    def wait(self, timeout_s: float) -> bool:
        """Whether all ended by themselves in time."""
        deadline = time.monotonic() + timeout_s
        for child in self._children:
            if child.wait(max(0.0, deadline - time.monotonic())) is None:
                return False
        return True

    def stop(self) -> None:
        """End all of them."""
        for child in self._children:
            child.stop()

    def statistics(self) -> list[list[Statistics]]:
        """All rows of each process."""
        return [parse_statistics(_read(folder / STATISTICS)) for folder in self._folders]

    def error(self) -> str | None:
        """The first error that any of them logged, in words."""
        found = (first_error(_read(folder / ERRORS)) for folder in self._folders)
        return next((error for error in found if error), None)


def _read(path: Path) -> str:
    return path.read_text(errors="replace") if path.is_file() else ""
