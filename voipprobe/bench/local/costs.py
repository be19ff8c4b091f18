"""What the gauge of the CPUs tells, read as it grows."""

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from voipprobe.bench.local.quota import group
from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child

PROGRAM: Final = Path(__file__).with_name("gauge.py")
REFERENCE_SAMPLES: Final = 400
"""Ten seconds of them."""
TOLD_WITHIN_S: Final = 30.0
LOOK_S: Final = 0.5


class Costs:
    """A running gauge, and what was not read of it yet."""

    def __init__(self, gauge: Child, told: TextIO) -> None:
        self._gauge, self._told = gauge, told

    def new(self) -> list[float]:
        """Costs of a datagram [us] since the last time; none where the gauge told none."""
        found, at = [], self._told.tell()
        while (line := self._told.readline()).endswith("\n"):
            found.append(float(line.split()[1]))
            at = self._told.tell()
        self._told.seek(at)  # a line that is not finished is left for the next time
        return found

    def some(self, number: int = REFERENCE_SAMPLES) -> list[float]:
        """As many as make a reference, from now on.

        Raises:
            ToolError: the gauge does not tell them.
        """
        self.new()
        costs: list[float] = []
        deadline = time.monotonic() + TOLD_WITHIN_S
        while len(costs) < number:
            if self._gauge.wait(LOOK_S) is not None or time.monotonic() > deadline:
                raise ToolError(f"the CPUs cannot be gauged: {self.complaint}")
            costs += self.new()
        return costs

    @property
    def complaint(self) -> str:
        """What the gauge said last when it ended, for a message."""
        return self._gauge.complaint() or "it was killed, or is silent"


@contextlib.contextmanager
def gauged(folder: Path) -> Iterator[Costs]:
    """A gauge that runs until the block ends, as willingly served as those that it gauges for.

    Args:
        folder: for what it tells.

    Raises:
        ToolError: it cannot be started.
    """
    argv = [sys.executable, "-I", "-S", str(PROGRAM)]
    with (
        group("gauge") as own,
        Child(own.inside(argv), folder=folder, name="gauge") as gauge,
        gauge.stdout.open(encoding="ascii") as told,
    ):
        yield Costs(gauge, told)
