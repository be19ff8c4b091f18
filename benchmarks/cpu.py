"""What a process costs: CPU seconds of it and its children, and its peak memory.

CPU seconds and not wall time, because a busy machine stretches one and not the other.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """CPU seconds (user and system, waited-for children included) and peak memory."""

    cpu_s: float
    peak_mib: float


def cost(argv: Sequence[str]) -> Cost:
    """What a command cost; its output goes nowhere.

    Raises:
        RuntimeError: it failed; the message has what it said.
    """
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(argv)}: exit code {process.returncode}: {said}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compared(one: Sequence[str], other: Sequence[str], rounds: int) -> tuple[Cost, Cost]:
    """The smallest costs of two commands that take turns, so that both see the same machine.

    What is in the way of a process only ever adds to its CPU seconds.
    """
    pairs = [(cost(one), cost(other)) for _ in range(rounds)]
    return _smallest([pair[0] for pair in pairs]), _smallest([pair[1] for pair in pairs])


def _smallest(costs: Sequence[Cost]) -> Cost:
    return Cost(min(one.cpu_s for one in costs), max(one.peak_mib for one in costs))


def best(measure: Callable[[], float], rounds: int = 3) -> float:
    """The smallest of several measurements: what the work costs when nothing is in its way."""
    return min(measure() for _ in range(rounds))


def analyze(*arguments: str) -> list[str]:
    """The argv of a whole `voipprobe analyze`."""
    return [sys.executable, "-m", "voipprobe", "analyze", "--format", "json", *arguments]
