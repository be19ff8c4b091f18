"""Counters of one host at one moment, as the kernel keeps them.

Knows names and units. What could not be read is None, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuTimes:
    """One CPU since boot, in clock ticks. Guests are part of `user` and `nice`."""

    user: int
    nice: int
    system: int
    idle: int
    iowait: int
    irq: int
    softirq: int
    steal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTimes:
    """One process with all its threads, in clock ticks; `started` tells a reused pid."""

    name: str
    parent: int
    user: int
    system: int
    started: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UdpCounters:
    """UDP of one network namespace, in datagrams.

    Attributes:
        received, sent: datagrams. no_port: for which nobody listened. errors: not taken in for any
            reason, checksum and full buffer included.
        receive_buffer_errors, send_buffer_errors: datagrams that found a socket's buffer full.
    """

    received: int
    no_port: int
    errors: int
    sent: int
    receive_buffer_errors: int
    send_buffer_errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftnetCounters:
    """One CPU's share of receiving packets. These are of 32 bits: they wrap.

    Attributes:
        dropped: its backlog was full. squeezed: its time was up and packets were left.
    """

    processed: int
    dropped: int
    squeezed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceCounters:
    """One interface.

    Attributes:
        received_bytes, sent_bytes: with Ethernet headers. received_packets, sent_packets: frames.
        receive_errors, send_errors: damaged frames.
        receive_drops, send_drops: frames for which there was no room, the queue in front of the
            device included.
    """

    received_bytes: int
    received_packets: int
    receive_errors: int
    receive_drops: int
    sent_bytes: int
    sent_packets: int
    send_errors: int
    send_drops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttling:
    """CPU quota of a cgroup: periods, those in which it ran out, and the time that it waited."""

    periods: int
    throttled: int
    throttled_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One host at one moment.

    Attributes:
        at_s: of its clock since boot.
        ticks_per_s: of CPU times.
        cpus: by number; those that are offline are missing.
        processes: by pid; those that are gone are missing.
        softnet: by CPU.
        interfaces: by name.
        allowances: of ENA interfaces: name of the counter to packets beyond it.
    """

    at_s: float
    ticks_per_s: int
    cpus: Mapping[int, CpuTimes] | None = None
    processes: Mapping[int, ProcessTimes] | None = None
    udp: UdpCounters | None = None
    softnet: Mapping[int, SoftnetCounters] | None = None
    interfaces: Mapping[str, InterfaceCounters] | None = None
    allowances: Mapping[str, Mapping[str, int]] | None = None
    throttling: Throttling | None = None
