"""Waits until a program serves a port in a network namespace. Knows /proc/PID/net alone."""

import time
from pathlib import Path
from typing import Final

from voipprobe.bench.verdict.facts import Pool
from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child
from voipprobe.traffic.netns import Host

READY_WITHIN_S: Final = 20.0


def is_served(host: Host, protocol: str, port: int) -> bool:
    """Whether a socket of a host has a port; `protocol` is udp or tcp."""
    return port in served_ports(host, protocol)


def served_ports(host: Host, protocol: str) -> list[int]:
    """The port of each socket of a host; `protocol` is udp or tcp."""
    rows = Path(f"/proc/{host.pid}/net/{protocol}").read_text().splitlines()[1:]
    return [int(row.split()[1].rpartition(":")[2], 16) for row in rows]


def ports_in_use(host: Host, ports: range, legs: int) -> Pool | None:
    """How many of the UDP ports are served, of those at all legs; None for no ports."""
    if not ports:
        return None
    used = sum(port in ports for port in served_ports(host, "udp"))
    return Pool(used=used, available=len(ports) * legs)


def await_socket(host: Host, child: Child, protocol: str, port: int) -> None:
    """Wait until the child serves a port.

    Raises:
        ToolError: it ended, or took too long.
    """
    deadline = time.monotonic() + READY_WITHIN_S
    while not is_served(host, protocol, port):
        if child.wait(0.02) is not None:
            raise ToolError(f"{child.name} does not start: {child.complaint() or 'no word'}")
        if time.monotonic() > deadline:
            within = f"within {READY_WITHIN_S:g} s"
            raise ToolError(f"{child.name} does not serve {protocol} port {port} {within}")
