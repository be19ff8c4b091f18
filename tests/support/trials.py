"""A healthy trial in facts, to be spoilt one fact at a time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from voipprobe.bench.evidence.counters import InterfaceCounters, UdpCounters
from voipprobe.bench.evidence.delta import CpuUse, Delta, ProcessUse
from voipprobe.bench.verdict.facts import Count, Generator, GeneratorHost, Measured, SystemHost

QUIET = UdpCounters(
    received=200_000, no_port=0, errors=0, sent=200_000, receive_buffer_errors=0,
    send_buffer_errors=0,
)  # fmt: skip
ETH0 = InterfaceCounters(
    received_bytes=42_000_000, received_packets=200_000, receive_errors=0, receive_drops=0,
    sent_bytes=42_000_000, sent_packets=200_000, send_errors=0, send_drops=0,
)  # fmt: skip


def cpu(busy: float, *, steal: float = 0.0, softirq: float = 0.05) -> CpuUse:
    return CpuUse(
        busy_ratio=busy, user_ratio=busy - softirq, system_ratio=0.0, softirq_ratio=softirq,
        steal_ratio=steal,
    )  # fmt: skip


def delta(*cores: float, name: str = "sipp", **changes: Any) -> Delta:
    """A host whose processes used so many cores, with two CPUs at 40 %."""
    processes = tuple(
        ProcessUse(pid=100 + index, name=name, cores=used) for index, used in enumerate(cores)
    )
    healthy = Delta(
        took_s=30.0, cpus={0: cpu(0.4), 1: cpu(0.4)}, processes=processes, udp=QUIET,
        backlog_drops=0, backlog_squeezes=3, interfaces={"eth0": ETH0},
    )  # fmt: skip
    return replace(healthy, **changes)


def generator(evidence: Delta | None = None, **changes: Any) -> Generator:
    """50 calls/s by two SIPp processes on two cores of their own."""
    host = GeneratorHost(
        name="caller", cores=2.0, own_cpus=(0, 1),
        delta=delta(0.4, 0.4) if evidence is None else evidence,
    )  # fmt: skip
    healthy = Generator(
        target_rate_cps=50.0, reached_rate_cps=49.9, limit_reached=False, watchdog=0,
        due_packets=75_000, sent_packets=74_900, capture_drops=0, hosts=(host,),
    )  # fmt: skip
    return replace(healthy, **changes)


def system(*cores: float, budget: float = 2.0, **changes: Any) -> SystemHost:
    return SystemHost(
        name="sbc", cores=budget, delta=delta(*cores, name="rtpengine"), **changes
    )  # fmt: skip


def measured(
    succeeded: int = 1500, of: int = 1500, refused: Mapping[int, int] | None = None,
    **changes: Any,
) -> Measured:  # fmt: skip
    """1500 calls that all went well, unless told otherwise."""
    healthy = Measured(
        generator=generator(),
        system=(system(0.5),),
        figures={"success_ratio": succeeded / of if of else None, "mos.p5": 4.35},
        counts={"success_ratio": Count(hits=succeeded, of=of)},
        refused=refused or {},
    )
    return replace(healthy, **changes)
