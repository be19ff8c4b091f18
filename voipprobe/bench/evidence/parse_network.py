"""Packets and drops, from the texts of the kernel and of ethtool. Pure.

A text that is not what the kernel writes gives None, never a guess.
Source: net/ipv4/proc.c, net/core/net-procfs.c; "Monitor network performance for ENA" (AWS).
"""

import re
from typing import Final

from voipprobe.bench.evidence.counters import InterfaceCounters, SoftnetCounters, UdpCounters

_UDP: Final = {
    "received": "InDatagrams",
    "no_port": "NoPorts",
    "errors": "InErrors",
    "sent": "OutDatagrams",
    "receive_buffer_errors": "RcvbufErrors",
    "send_buffer_errors": "SndbufErrors",
}
_SOFTNET: Final = re.compile(r"[0-9a-f]{8}(?: [0-9a-f]{8}){8,}")
_SOFTNET_CPU: Final = 12
"""Column of the CPU's number; kernels before 5.10 have none, and a line for each CPU."""
_INTERFACE: Final = re.compile(r"\s*(\S+):\s*(\d+(?:\s+\d+){15})\s*")
_ALLOWANCE: Final = re.compile(r"\s*(\w+_allowance_exceeded): (\d+)\s*")


def parse_udp(snmp: str, snmp6: str | None = None) -> UdpCounters | None:
    """UDP of one namespace over both IP versions, from /proc/net/snmp and snmp6."""
    rows = [line.split() for line in snmp.splitlines() if line.startswith("Udp:")]
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return None
    four = dict(zip(rows[0][1:], rows[1][1:], strict=True))
    six = dict(line.split() for line in (snmp6 or "").splitlines() if len(line.split()) == 2)
    try:
        return UdpCounters(
            **{name: int(four[key]) + int(six.get(f"Udp6{key}", 0)) for name, key in _UDP.items()}
        )
    except (KeyError, ValueError):
        return None


def parse_softnet(text: str) -> dict[int, SoftnetCounters] | None:
    """Every CPU's share of receiving, from /proc/net/softnet_stat."""
    lines = text.splitlines()
    if not lines or not all(_SOFTNET.fullmatch(line.rstrip()) for line in lines):
        return None
    found = {}
    for index, line in enumerate(lines):
        figures = [int(figure, 16) for figure in line.split()]
        cpu = figures[_SOFTNET_CPU] if len(figures) > _SOFTNET_CPU else index
        found[cpu] = SoftnetCounters(
            processed=figures[0], dropped=figures[1], squeezed=figures[2]
        )  # fmt: skip
    return found


def parse_interfaces(text: str) -> dict[str, InterfaceCounters] | None:
    """Every interface of one namespace, from /proc/net/dev."""
    heads, body = text.splitlines()[:2], text.splitlines()[2:]
    matches = [_INTERFACE.fullmatch(line) for line in body]
    if len(heads) < 2 or "|" not in heads[1] or any(match is None for match in matches):
        return None
    return {one[1]: _interface(one[2]) for one in matches if one is not None}


def _interface(figures: str) -> InterfaceCounters:
    one = [int(figure) for figure in figures.split()]
    return InterfaceCounters(
        received_bytes=one[0], received_packets=one[1], receive_errors=one[2],
        receive_drops=one[3], sent_bytes=one[8], sent_packets=one[9], send_errors=one[10],
        send_drops=one[11],
    )  # fmt: skip


def parse_allowances(text: str) -> dict[str, int] | None:
    """What went beyond the allowances of an instance, from `ethtool -S` of an ENA interface.

    None where the driver has no such counters. `conntrack_allowance_available` is what is left
    of one, not a counter, and is left out.
    """
    matches = [_ALLOWANCE.fullmatch(line) for line in text.splitlines()]
    return {one[1]: int(one[2]) for one in matches if one is not None} or None


def parse_socket_drops(text: str, but: range) -> int | None:
    """Datagrams that open sockets had no room for, but for those on some ports.

    From /proc/net/udp, udp6 or both; None for what is no such table.
    """
    rows = [line.split() for line in text.splitlines() if not line.lstrip().startswith("sl ")]
    try:
        dropped = [(int(row[1].rpartition(":")[2], 16), int(row[-1])) for row in rows]
    except (IndexError, ValueError):
        return None
    return sum(drops for port, drops in dropped if port not in but)
