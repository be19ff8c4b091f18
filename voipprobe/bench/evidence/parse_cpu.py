"""CPU time of CPUs, processes and cgroups, from the texts of the kernel. Pure.

A text that is not what the kernel writes gives None, never a guess.
Source: proc_stat(5), proc_pid_stat(5), the kernel's admin-guide/cgroup-v2 and scheduler/sched-bwc.
"""

import re
from typing import Final

from voipprobe.bench.evidence.counters import CpuTimes, ProcessTimes, Throttling

_CPU: Final = re.compile(r"cpu(\d+)((?: \d+){8,})")
_NS, _US = 1e-9, 1e-6


def parse_cpus(text: str) -> dict[int, CpuTimes] | None:
    """Every CPU that is online, from /proc/stat."""
    lines = [line for line in text.splitlines() if re.match(r"cpu\d", line)]
    matches = [_CPU.fullmatch(line.rstrip()) for line in lines]
    if not lines or any(match is None for match in matches):
        return None
    return {int(one[1]): _cpu(one[2]) for one in matches if one is not None}


def _cpu(figures: str) -> CpuTimes:
    user, nice, system, idle, iowait, irq, softirq, steal = map(int, figures.split()[:8])
    return CpuTimes(
        user=user, nice=nice, system=system, idle=idle, iowait=iowait, irq=irq, softirq=softirq,
        steal=steal,
    )  # fmt: skip


def parse_processes(text: str) -> dict[int, ProcessTimes]:
    """Every process by its pid, from the lines of /proc/PID/stat.

    A process that ended while it was read leaves half a line or none: it is left out.
    """
    found = (_process(line) for line in text.splitlines())
    return dict(one for one in found if one is not None)


def _process(line: str) -> tuple[int, ProcessTimes] | None:
    """One line. The name is in parentheses and may hold spaces and parentheses itself."""
    head, closing, tail = line.rpartition(")")
    pid, opening, name = head.partition("(")
    fields = tail.split()
    if not closing or not opening or len(fields) < 20 or not pid.strip().isdigit():
        return None
    try:
        return int(pid), ProcessTimes(
            name=name,
            parent=int(fields[1]),
            user=int(fields[11]),
            system=int(fields[12]),
            started=int(fields[19]),
        )
    except ValueError:
        return None


def parse_throttling(text: str) -> Throttling | None:
    """How often a quota ran out, from cpu.stat of either version; None without a quota.

    Version 1 counts nanoseconds (`throttled_time`), version 2 microseconds (`throttled_usec`).
    """
    pairs = (line.split() for line in text.splitlines())
    found = {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}
    if "nr_periods" not in found or "nr_throttled" not in found:
        return None
    if "throttled_time" in found:
        throttled_s = found["throttled_time"] * _NS
    elif "throttled_usec" in found:
        throttled_s = found["throttled_usec"] * _US
    else:
        return None
    return Throttling(
        periods=found["nr_periods"], throttled=found["nr_throttled"], throttled_s=throttled_s
    )
