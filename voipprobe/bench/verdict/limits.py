"""Which signal limited the system: named from the evidence, never guessed.

A signal is told only where something stood at its limit or was lost; none is an honest answer.
What comes first explains what follows: a full CPU makes full sockets, exhausted ports make 500s.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from voipprobe.bench.evidence.delta import Delta
from voipprobe.bench.verdict.facts import Measured, Pool, SystemHost
from voipprobe.bench.verdict.faults import NOT_OF_CALLS

FULL_POOL_RATIO: Final = 0.98
FULL_CPU_RATIO: Final = 0.90
FULL_CORE_RATIO: Final = 0.95
MOST_THROTTLED_RATIO: Final = 0.05
REFUSAL_SHARE: Final = 0.8
REFUSALS: Final[Mapping[int, str]] = {
    403: "Forbidden",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    606: "Not Acceptable",
}
"""Final answers by which systems say that they take no more calls."""


class Limit(StrEnum):
    """What there was not enough of."""

    PORTS = "media ports"
    FILES = "open files"
    ALLOWANCE = "allowance of the instance"
    CPU = "CPU"
    CONFIGURED = "configured maximum"
    PACKETS = "packets per second"
    SOCKETS = "socket buffers"


@dataclass(frozen=True, slots=True)
class Signal:
    """A limit, with the evidence for it.

    Attributes:
        limit: what there was not enough of. text: host and counter, in words.
    """

    limit: Limit
    text: str


def signals(measured: Measured) -> tuple[Signal, ...]:
    """Everything that stood at its limit, the likeliest cause first."""
    found = [signal for host in measured.system for signal in _of_host(host)]
    found += _refusals(measured)
    order = tuple(Limit)
    return tuple(sorted(found, key=lambda signal: order.index(signal.limit)))


def refused_at(measured: Measured, carried: int | None) -> int | None:
    """The load that a system carried while it refused more; None unless refusals say so.

    A system that sheds load because its CPU is full carries less than it could: no hint.

    Args:
        measured: the trial.
        carried: calls that were up at most.
    """
    cpu_ratio = system_cpu_ratio(measured.system)
    full = cpu_ratio is not None and cpu_ratio >= FULL_CPU_RATIO
    return None if full or not any(_refusals(measured)) else carried


def system_cpu_ratio(hosts: Sequence[SystemHost]) -> float | None:
    """Share of its CPU budget that the fullest host of the system used; None if unknown.

    By its processes, and by the busiest CPU where the kernel works for it without a process.
    """
    found = [one for host in hosts for one in (_by_processes(host), _by_cpus(host))]
    return max((one for one in found if one is not None), default=None)


def _of_host(host: SystemHost) -> Iterator[Signal]:
    yield from _pool(host.name, Limit.PORTS, host.media_ports)
    yield from _pool(host.name, Limit.FILES, host.open_files)
    for limit, text in (*_allowances(host.delta), *_cpu(host), *_lost(host.delta)):
        yield Signal(limit, f"{host.name}: {text}")


def _pool(name: str, limit: Limit, pool: Pool | None) -> Iterator[Signal]:
    if pool is not None and pool.used >= FULL_POOL_RATIO * pool.available:
        yield Signal(limit, f"{name}: {pool.used} of {pool.available} {limit.value} in use")


def _allowances(delta: Delta) -> Iterator[tuple[Limit, str]]:
    for interface, counters in (delta.allowances or {}).items():
        for name, beyond in counters.items():
            if beyond and name not in NOT_OF_CALLS:
                yield Limit.ALLOWANCE, f"{interface} {name}: {beyond} packets"


def _cpu(host: SystemHost) -> Iterator[tuple[Limit, str]]:
    delta, by_processes = host.delta, _by_processes(host)
    busiest = f" (most: {delta.processes[0].name})" if delta.processes else ""
    if by_processes is not None and by_processes >= FULL_CPU_RATIO:
        used = f"{delta.process_cores:.2f} of {host.cores:.3g} cores"
        yield Limit.CPU, f"its processes used {used}{busiest}"
    elif delta.throttled_ratio is not None and delta.throttled_ratio >= MOST_THROTTLED_RATIO:
        ran_out = f"{100 * delta.throttled_ratio:.0f} % of all periods"
        yield Limit.CPU, f"its quota of {host.cores:.3g} cores ran out in {ran_out}{busiest}"
    for cpu, use in (delta.cpus or {}).items():
        if use.busy_ratio >= FULL_CORE_RATIO and not host.shared:
            share = f"{100 * use.busy_ratio:.0f} % busy, {100 * use.softirq_ratio:.0f} % softirq"
            yield Limit.CPU, f"CPU {cpu} was {share}{busiest}"


def _lost(delta: Delta) -> Iterator[tuple[Limit, str]]:
    if delta.backlog_drops:
        yield Limit.PACKETS, f"the kernel's backlog dropped {delta.backlog_drops} packets"
    for name, one in (delta.interfaces or {}).items():
        if lost := one.receive_drops + one.send_drops:
            yield Limit.PACKETS, f"interface {name} dropped {lost} packets"
    if delta.udp is not None and delta.udp.receive_buffer_errors:
        text = f"{delta.udp.receive_buffer_errors} datagrams found the receive buffer full"
        yield Limit.SOCKETS, text
    if delta.udp is not None and delta.udp.send_buffer_errors:
        text = f"{delta.udp.send_buffer_errors} datagrams found the send buffer full"
        yield Limit.SOCKETS, text


def _refusals(measured: Measured) -> Iterator[Signal]:
    total = sum(measured.refused.values()) + measured.unanswered
    for status, calls in measured.refused.items():
        if status in REFUSALS and calls >= REFUSAL_SHARE * total > 0:
            text = f"{calls} of {total} failed calls were refused with {status} {REFUSALS[status]}"
            yield Signal(Limit.CONFIGURED, text)


def _by_processes(host: SystemHost) -> float | None:
    cores = host.delta.process_cores
    return None if cores is None else cores / host.cores


def _by_cpus(host: SystemHost) -> float | None:
    """Of the busiest CPU, where the system has all of them for itself."""
    cpus = host.delta.cpus
    if not cpus or host.shared:
        return None
    return max(use.busy_ratio for use in cpus.values())
