"""Faults of the generator, its host and the capture, which make a trial void.

A published 35 % retransmission rate was once its own generator's. What proves that the
generator was well must be there: without it the trial is void, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.evidence.delta import Delta
from voipprobe.bench.verdict.facts import Generator, GeneratorHost

SLOWEST_RATE_RATIO: Final = 0.98
MOST_PACKETS_OFF_RATIO: Final = 0.01
MOST_LATE_RATIO: Final = 0.01
MOST_CPU_RATIO: Final = 0.80
MOST_CORE_RATIO: Final = 0.95
MOST_STEAL_RATIO: Final = 0.02
MOST_THROTTLED_RATIO: Final = 0.01
MOST_DROPS_RATIO: Final = 1e-5
"""Of an interface's packets: frames that nobody asked for (LLDP) count as drops, too."""
NOT_OF_CALLS: Final = frozenset({"linklocal_allowance_exceeded"})
"""The allowance for DNS, time and metadata, which calls do not use."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of ours, in words."""

    culprit: Culprit
    text: str


def faults(
    generator: Generator | None, most_steal_ratio: float = MOST_STEAL_RATIO
) -> tuple[Fault, ...]:
    """Everything that makes a trial void, or its failure alone where it is the neighbours'."""
    if generator is None:
        return (Fault(Culprit.TOOL, "the generator left no account of itself"),)
    found = [*_load(generator), *_packets(generator), *_capture(generator)]
    if not generator.hosts:
        found.append(Fault(Culprit.TOOL, "there is no evidence of any host of the generator"))
    for host in generator.hosts:
        found += _host(host, most_steal_ratio)
    return tuple(found)


def _load(generator: Generator) -> Iterator[Fault]:
    reached, target = generator.reached_rate_cps, generator.target_rate_cps
    if reached is None or generator.limit_reached is None or generator.watchdog is None:
        yield Fault(Culprit.TOOL, "the generator does not say how it kept up")
    if reached is not None and reached < SLOWEST_RATE_RATIO * target:
        text = f"the generator placed {reached:.4g} calls/s where {target:.4g} were asked for"
        yield Fault(Culprit.GENERATOR, text)
    if generator.limit_reached:
        text = "the generator reached its limit of open calls: calls were silently not placed"
        yield Fault(Culprit.GENERATOR, text)
    if generator.watchdog:
        text = f"the generator's watchdog found it overloaded {generator.watchdog} times"
        yield Fault(Culprit.GENERATOR, text)


def _packets(generator: Generator) -> Iterator[Fault]:
    due, sent = generator.due_packets, generator.sent_packets
    if (due is None) != (sent is None):
        yield Fault(Culprit.TOOL, "RTP packets were sent or due, but only one of them was counted")
    if due is None or sent is None:
        return
    if abs(sent - due) > MOST_PACKETS_OFF_RATIO * due:
        text = f"the generator sent {sent} RTP packets where {due} were due"
        yield Fault(Culprit.GENERATOR, text)
    if generator.late_packets is not None and generator.late_packets > MOST_LATE_RATIO * sent:
        share = f"{100 * generator.late_packets / sent:.1f} %" if sent else "all"
        text = f"the generator itself sent {share} of its packets too late for a playout buffer"
        yield Fault(Culprit.GENERATOR, text)


def _capture(generator: Generator) -> Iterator[Fault]:
    if generator.captured and generator.capture_drops is None:
        yield Fault(Culprit.CAPTURE, "the capture does not say how many packets it lost")
    if generator.capture_drops:
        yield Fault(Culprit.CAPTURE, f"the capture lost {generator.capture_drops} packets")


def _host(host: GeneratorHost, most_steal_ratio: float) -> Iterator[Fault]:
    delta = host.delta
    if delta is None or delta.process_cores is None or delta.udp is None or not delta.cpus:
        yield Fault(Culprit.TOOL, f"{host.name}: the evidence of the generator's host has gaps")
    if delta is None:
        return
    for text in (*_cpu(host, delta), *_sockets(delta), *_allowances(delta)):
        yield Fault(Culprit.GENERATOR, f"{host.name}: {text}")
    for text in _drops(host, delta):
        yield Fault(Culprit.HOST, f"{host.name}: {text}")
    for text in _steal(delta, most_steal_ratio):
        yield Fault(Culprit.NEIGHBOURS, f"{host.name}: {text}")


def _cpu(host: GeneratorHost, delta: Delta) -> Iterator[str]:
    cores = delta.process_cores
    if cores is not None and cores > MOST_CPU_RATIO * host.cores:
        yield f"the generator used {cores:.2f} of its {host.cores:g} cores"
    for process in delta.processes or ():
        # SIPp does its work in one thread: a process stands still long before its host does
        if process.cores > MOST_CORE_RATIO:
            yield f"{process.name} ({process.pid}) used {100 * process.cores:.0f} % of a core"
    for cpu in host.own_cpus:
        use = (delta.cpus or {}).get(cpu)
        if use is not None and use.busy_ratio > MOST_CORE_RATIO:
            yield f"CPU {cpu} of the generator was {100 * use.busy_ratio:.0f} % busy"
    if delta.throttled_ratio is not None and delta.throttled_ratio > MOST_THROTTLED_RATIO:
        yield f"its quota ran out in {100 * delta.throttled_ratio:.0f} % of all periods"


def _sockets(delta: Delta) -> Iterator[str]:
    if delta.udp is None:
        return
    if delta.udp.receive_buffer_errors:
        yield f"{delta.udp.receive_buffer_errors} datagrams found the receive buffer full"
    if delta.udp.send_buffer_errors:
        yield f"{delta.udp.send_buffer_errors} datagrams found the send buffer full"


def _steal(delta: Delta, most_steal_ratio: float) -> Iterator[str]:
    steal = delta.steal_ratio
    if steal is not None and steal > most_steal_ratio:
        yield f"other machines took {100 * steal:.1f} % of its CPU time (steal)"


def _drops(host: GeneratorHost, delta: Delta) -> Iterator[str]:
    # the backlog is one for all namespaces: on shared CPUs the system itself may fill it
    if host.own_cpus and delta.backlog_drops:
        yield f"the kernel's backlog dropped {delta.backlog_drops} packets"
    for name, one in (delta.interfaces or {}).items():
        lost = one.receive_drops + one.send_drops + one.receive_errors + one.send_errors
        if lost > MOST_DROPS_RATIO * (one.received_packets + one.sent_packets):
            yield f"interface {name} dropped {lost} packets"


def _allowances(delta: Delta) -> Iterator[str]:
    for interface, counters in (delta.allowances or {}).items():
        for name, beyond in counters.items():
            if beyond and name not in NOT_OF_CALLS:
                yield f"{interface} {name}: {beyond} packets beyond what the instance may send"
