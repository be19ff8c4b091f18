"""Two snapshots to what happened between them.

A counter that went backwards was reset (a reboot, a reloaded driver): what it counted in
between is unknown, and None. The kernel itself says that idle and iowait may go back a little.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar

from voipprobe.bench.evidence.counters import (
    CpuTimes,
    InterfaceCounters,
    ProcessTimes,
    Snapshot,
    SoftnetCounters,
    Throttling,
    UdpCounters,
)

SOFTNET_WRAP: Final = 2**32
Counters = TypeVar("Counters", UdpCounters, InterfaceCounters)


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuUse:
    """One CPU over a trial; each is a share (0..1) of its time.

    Attributes:
        busy_ratio: not idle, without steal. user_ratio: in programs. system_ratio: in the kernel
            for programs. softirq_ratio: in interrupts, where packets are received.
        steal_ratio: in which other machines had it.
    """

    busy_ratio: float
    user_ratio: float
    system_ratio: float
    softirq_ratio: float
    steal_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessUse:
    """One process over a trial.

    Attributes:
        pid: of the host. name: as the kernel has it, 15 characters.
        cores: that it kept busy on average.
    """

    pid: int
    name: str
    cores: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """One host over one trial. None is what could not be read, or was reset in between.

    Attributes:
        took_s: seconds between the two snapshots.
        cpus: by number. processes: those that lived all the time, busiest first.
        udp: of the network namespace. interfaces: by name.
        allowances: of ENA interfaces: packets beyond what the instance may send, by counter.
        backlog_drops: packets that softnet dropped. backlog_squeezes: times that the
            kernel had to stop receiving with packets left.
        throttled_ratio: share of quota periods in which the quota ran out; None without one.
    """

    took_s: float
    cpus: Mapping[int, CpuUse] | None = None
    processes: tuple[ProcessUse, ...] | None = None
    udp: UdpCounters | None = None
    backlog_drops: int | None = None
    backlog_squeezes: int | None = None
    interfaces: Mapping[str, InterfaceCounters] | None = None
    allowances: Mapping[str, Mapping[str, int]] | None = None
    throttled_ratio: float | None = None

    @property
    def steal_ratio(self) -> float | None:
        """Of all CPUs together."""
        if not self.cpus:
            return None
        return sum(one.steal_ratio for one in self.cpus.values()) / len(self.cpus)

    @property
    def process_cores(self) -> float | None:
        """Cores that all the processes together kept busy."""
        if self.processes is None:
            return None
        return sum(one.cores for one in self.processes)


def difference(before: Snapshot, after: Snapshot) -> Delta:
    """What happened on a host between two snapshots of it.

    Raises:
        ValueError: the second is not later than the first.
    """
    took_s = after.at_s - before.at_s
    if took_s <= 0:
        raise ValueError(f"the snapshots are {took_s} s apart: they are in the wrong order")
    return Delta(
        took_s=took_s,
        cpus=_cpus(before.cpus, after.cpus),
        processes=_processes(before, after, took_s),
        udp=_counters(before.udp, after.udp),
        backlog_drops=_softnet(before.softnet, after.softnet, "dropped"),
        backlog_squeezes=_softnet(before.softnet, after.softnet, "squeezed"),
        interfaces=_interfaces(before.interfaces, after.interfaces),
        allowances=_allowances(before.allowances, after.allowances),
        throttled_ratio=_throttled(before.throttling, after.throttling),
    )


def _cpus(
    before: Mapping[int, CpuTimes] | None, after: Mapping[int, CpuTimes] | None
) -> dict[int, CpuUse] | None:
    if before is None or after is None:
        return None
    uses = {cpu: _cpu(before[cpu], after[cpu]) for cpu in after if cpu in before}
    return {cpu: use for cpu, use in uses.items() if use is not None} or None


def _cpu(before: CpuTimes, after: CpuTimes) -> CpuUse | None:
    spent = {one.name: getattr(after, one.name) - getattr(before, one.name)
             for one in fields(CpuTimes)}  # fmt: skip
    for waiting in ("idle", "iowait"):
        spent[waiting] = max(0, spent[waiting])
    total = sum(spent.values())
    if total <= 0 or min(spent.values()) < 0:
        return None
    idle = spent["idle"] + spent["iowait"] + spent["steal"]
    return CpuUse(
        busy_ratio=(total - idle) / total,
        user_ratio=(spent["user"] + spent["nice"]) / total,
        system_ratio=spent["system"] / total,
        softirq_ratio=(spent["softirq"] + spent["irq"]) / total,
        steal_ratio=spent["steal"] / total,
    )


def _processes(before: Snapshot, after: Snapshot, took_s: float) -> tuple[ProcessUse, ...] | None:
    if before.processes is None or after.processes is None:
        return None
    uses = []
    for pid, now in after.processes.items():
        then = before.processes.get(pid)
        if then is not None and then.started == now.started:
            ticks = _ticks(now) - _ticks(then)
            cores = ticks / after.ticks_per_s / took_s
            uses.append(ProcessUse(pid=pid, name=now.name, cores=cores))
    return tuple(sorted(uses, key=lambda use: -use.cores))


def _ticks(times: ProcessTimes) -> int:
    return times.user + times.system


def _counters(before: Counters | None, after: Counters | None) -> Counters | None:
    if before is None or after is None:
        return None
    kind: Any = type(after)
    spent = {one.name: getattr(after, one.name) - getattr(before, one.name)
             for one in fields(kind)}  # fmt: skip
    if min(spent.values()) < 0:
        return None
    found: Counters = kind(**spent)
    return found


def _softnet(
    before: Mapping[int, SoftnetCounters] | None,
    after: Mapping[int, SoftnetCounters] | None,
    name: str,
) -> int | None:
    if before is None or after is None:
        return None
    spent = 0
    for cpu in after:
        if cpu in before:
            spent += (getattr(after[cpu], name) - getattr(before[cpu], name)) % SOFTNET_WRAP
    return spent


def _interfaces(
    before: Mapping[str, InterfaceCounters] | None, after: Mapping[str, InterfaceCounters] | None
) -> dict[str, InterfaceCounters] | None:
    if before is None or after is None:
        return None
    spent = {name: _counters(before.get(name), now) for name, now in after.items()}
    return {name: one for name, one in spent.items() if one is not None}


def _allowances(
    before: Mapping[str, Mapping[str, int]] | None, after: Mapping[str, Mapping[str, int]] | None
) -> dict[str, dict[str, int]] | None:
    if before is None or after is None:
        return None
    return {
        interface: {
            name: value - before[interface][name]
            for name, value in counters.items()
            if value >= before[interface].get(name, value + 1)
        }
        for interface, counters in after.items()
        if interface in before
    }


def _throttled(before: Throttling | None, after: Throttling | None) -> float | None:
    if before is None or after is None:
        return None
    periods, throttled = after.periods - before.periods, after.throttled - before.throttled
    return throttled / periods if periods > 0 and throttled >= 0 else None
