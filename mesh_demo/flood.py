"""`python -m mesh_demo.flood`: how many packets a second the relay is good for, on this machine.

Sends voice-sized RTP packets on every directed path of a mesh at a steady rate, from this
process, and prints what the relay says of them. Nobody reads them at the other end: what arrives
is the relay's last act.
"""

import argparse
import contextlib
import itertools
import socket
import struct
import sys
import time
from collections.abc import Iterator
from typing import Final

from mesh_demo.network import Mesh, mesh
from mesh_demo.truth import Truth

PORT: Final = 17_000
VOICE: Final = bytes(160)
"""20 ms of G.711."""


def flood(net: Mesh, rate_pps: float, duration_s: float) -> int:
    """Packets sent, the same number on every directed path; back when all of them have left.

    Raises:
        ToolError: a Region's namespace cannot be entered.
    """
    with _sockets(net) as lines:
        began_s, rounds = time.monotonic(), 0
        while (elapsed_s := time.monotonic() - began_s) < duration_s:
            if rounds * len(lines) > elapsed_s * rate_pps:
                time.sleep(len(lines) / rate_pps / 2)
                continue
            packet = struct.pack("!BBHII", 0x80, 0, rounds & 0xFFFF, rounds * 160, 1) + VOICE
            for line in lines:
                line.send(packet)
            rounds += 1
        net.settled()
    return rounds * len(lines)


@contextlib.contextmanager
def _sockets(net: Mesh) -> Iterator[list[socket.socket]]:
    regions = net.regions.values()
    with contextlib.ExitStack() as held:
        for region in regions:  # a port that nobody has would be answered by ICMP
            held.enter_context(region.udp_socket(PORT))
        lines = []
        for source, destination in itertools.permutations(regions, 2):
            line = held.enter_context(source.udp_socket())
            line.connect((destination.address, PORT))
            lines.append(line)
        yield lines


def main() -> int:
    """Flood a mesh of four Regions and print what came of it; 1 when packets were dropped."""
    parser = argparse.ArgumentParser(prog="python -m mesh_demo.flood", description=__doc__)
    parser.add_argument("--rate", type=float, default=20_000, help="packets a second, all paths")
    parser.add_argument("--duration", type=float, default=5.0, help="seconds")
    given = parser.parse_args()
    with mesh() as net:
        before = net.truth()
        sent = flood(net, given.rate, given.duration)
        truth = net.truth()
    print(_told(sent, given.duration, before, truth))  # noqa: T201
    return int(truth.overruns != 0)


def _told(sent: int, duration_s: float, before: Truth, truth: Truth) -> str:
    forwarded = sum(path.packets.forwarded for path in truth.paths)
    busy_s = truth.cpu_s - before.cpu_s
    lateness = [path.lateness_ms for path in truth.paths]
    p50, p95, most = (max(filter(None, column)) for column in zip(
        *((one.p50, one.p95, one.max) for one in lateness), strict=True
    ))  # fmt: skip
    return (
        f"sent {sent} ({sent / duration_s:.0f}/s), forwarded {forwarded}, "
        f"overruns {truth.overruns}\n"
        f"relay: {busy_s / duration_s:.0%} of a core, {busy_s / forwarded * 1e6:.1f} us a packet, "
        f"at most {truth.waiting_max} waiting, longest turn {truth.longest_turn_ms:.1f} ms\n"
        f"lateness of the worst path: p50 {p50:.2f}, p95 {p95:.2f}, max {most:.2f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
