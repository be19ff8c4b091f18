"""What is asked of a host, and its answers to a snapshot. Pure: the asking is `collect`'s.

All questions go into one shell script, so that a host is asked once, and in the same way
whether it is this one or one behind ssh.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from voipprobe.bench.evidence.counters import ProcessTimes, Snapshot, UdpCounters
from voipprobe.bench.evidence.host import HostFacts
from voipprobe.bench.evidence.parse_cpu import parse_cpus, parse_processes, parse_throttling
from voipprobe.bench.evidence.parse_host import (
    parse_cpu_model,
    parse_number,
    parse_open_files_limit,
    parse_pair,
    parse_uptime,
)
from voipprobe.bench.evidence.parse_network import (
    parse_allowances,
    parse_interfaces,
    parse_socket_drops,
    parse_softnet,
    parse_udp,
)
from voipprobe.bench.verdict.facts import Pool

TICKS_PER_S: Final = 100
"""USER_HZ: what the kernel tells CPU time in, whatever its own tick is."""
MARK: Final = "voipprobe-answer:"
_ETHTOOL: Final = "ethtool "


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What of a host is looked at.

    Attributes:
        roots: processes that count, with all that they started.
        names: of more processes that count, as the kernel has them (15 characters).
        namespace_pid: a process in the network namespace that counts; None for our own.
        cgroup: folder whose cpu.stat tells about the quota; None for no quota.
        ena: interfaces that are asked for their allowances.
        unread_ports: of sockets that nobody reads, so that they are always full and that says
            nothing: SIPp does not look at the RTP that comes back to it.
    """

    roots: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    namespace_pid: int | None = None
    cgroup: str | None = None
    ena: tuple[str, ...] = ()
    unread_ports: range = range(0)


def snapshot_questions(watch: Watch) -> dict[str, str]:
    """What is asked, by name: each a shell command."""
    net = f"/proc/{'self' if watch.namespace_pid is None else watch.namespace_pid}/net"
    asked = {
        "uptime": "cat /proc/uptime",
        "stat": "cat /proc/stat",
        "processes": "cat /proc/[0-9]*/stat",
        "snmp": f"cat {net}/snmp",
        "snmp6": f"cat {net}/snmp6",
        "dev": f"cat {net}/dev",
        "softnet": "cat /proc/net/softnet_stat",
    }
    if watch.cgroup is not None:
        asked["cgroup"] = f"cat {shlex.quote(watch.cgroup + '/cpu.stat')}"
    if watch.unread_ports:
        asked["sockets"] = f"cat {net}/udp {net}/udp6"
    return asked | {_ETHTOOL + name: f"ethtool -S {shlex.quote(name)}" for name in watch.ena}


def facts_questions() -> dict[str, str]:
    """What is asked once per run."""
    core, ipv4 = "/proc/sys/net/core", "/proc/sys/net/ipv4"
    return {
        "kernel": "uname -r",
        "architecture": "uname -m",
        "cpus": "getconf _NPROCESSORS_ONLN",
        "cpuinfo": "cat /proc/cpuinfo",
        "rmem": f"cat {core}/rmem_default {core}/rmem_max",
        "wmem": f"cat {core}/wmem_default {core}/wmem_max",
        "ports": f"cat {ipv4}/ip_local_port_range",
        "backlog": f"cat {core}/netdev_max_backlog",
    }


def open_files_questions(pid: int) -> dict[str, str]:
    """What is asked to learn how many files a process has open, and may have."""
    return {"limits": f"cat /proc/{pid}/limits", "open": f"ls /proc/{pid}/fd | wc -l"}


def script(questions: Mapping[str, str]) -> str:
    """One shell script that asks everything; what cannot be answered stays empty."""
    return "\n".join(
        f"echo {shlex.quote(MARK + name)}; {command} 2>/dev/null; echo"
        for name, command in questions.items()
    )


def answers(output: str) -> dict[str, str]:
    """What such a script printed, by question; without those that were not answered."""
    parts = re.split(rf"^{re.escape(MARK)}(.*)\n", output, flags=re.MULTILINE)
    found = zip(parts[1::2], parts[2::2], strict=True)
    return {name: text.rstrip("\n") for name, text in found if text.strip()}


def snapshot(told: Mapping[str, str], watch: Watch) -> Snapshot | None:
    """The snapshot that the answers make; None where even the time is missing."""
    at_s = parse_uptime(told.get("uptime", ""))
    if at_s is None:
        return None
    ena = {name: parse_allowances(told.get(_ETHTOOL + name, "")) for name in watch.ena}
    return Snapshot(
        at_s=at_s,
        ticks_per_s=TICKS_PER_S,
        cpus=parse_cpus(told.get("stat", "")),
        processes=_watched(told, watch),
        udp=_udp(told, watch),
        softnet=parse_softnet(told.get("softnet", "")),
        interfaces=parse_interfaces(told.get("dev", "")),
        allowances={name: one for name, one in ena.items() if one is not None} or None,
        throttling=parse_throttling(told.get("cgroup", "")),
    )


def _udp(told: Mapping[str, str], watch: Watch) -> UdpCounters | None:
    """Where some sockets are read by nobody, full ones are counted over the others alone."""
    every = parse_udp(told.get("snmp", ""), told.get("snmp6"))
    if every is None or not watch.unread_ports:
        return every
    dropped = parse_socket_drops(told.get("sockets", ""), watch.unread_ports)
    return None if dropped is None else replace(every, receive_buffer_errors=dropped)


def host_facts(told: Mapping[str, str]) -> HostFacts:
    """The facts that the answers make."""
    backlog, cpus = told.get("backlog", ""), told.get("cpus", "")
    return HostFacts(
        kernel=told.get("kernel"),
        architecture=told.get("architecture"),
        cpu_model=parse_cpu_model(told.get("cpuinfo", "")),
        cpus=parse_number(cpus),
        receive_buffer_bytes=parse_pair(told.get("rmem", "")),
        send_buffer_bytes=parse_pair(told.get("wmem", "")),
        ports=parse_pair(told.get("ports", "")),
        backlog_packets=parse_number(backlog),
    )


def open_files(told: Mapping[str, str]) -> Pool | None:
    """Files that a process has open and may have; None for no limit, or no such process."""
    available = parse_open_files_limit(told.get("limits", ""))
    used = parse_number(told.get("open", ""))
    return None if available is None or used is None else Pool(used=used, available=available)


def _watched(told: Mapping[str, str], watch: Watch) -> dict[int, ProcessTimes] | None:
    """The processes that count, with all their children; None where nothing was asked of any."""
    if "processes" not in told or not (watch.roots or watch.names):
        return None
    every = parse_processes(told["processes"])
    wanted = {pid for pid, one in every.items() if pid in watch.roots or one.name in watch.names}
    more = wanted
    while more:
        more = {pid for pid, one in every.items() if one.parent in more} - wanted
        wanted |= more
    return {pid: every[pid] for pid in sorted(wanted)}
