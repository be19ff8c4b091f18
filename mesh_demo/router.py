"""The relay without its I/O: packets in, packets out when they are due, everything counted.

Knows paths and times that it is told; no sockets and no clock, so that every case can be tested.
"""

import heapq
from typing import Final, NamedTuple

from mesh_demo import packets
from mesh_demo.fate import Fates
from mesh_demo.flows import Flow, Flows
from mesh_demo.impairment import Impairment
from mesh_demo.tally import Tally, Times
from mesh_demo.truth import PathTruth

MAX_WAITING: Final = 100_000
"""Packets: five seconds at 20,000 a second. More than this is an overrun."""


class DirectedPath:
    """One directed path: its impairment, its chance, its flows and its figures."""

    def __init__(self, seed: int, source: str, destination: str, end: int) -> None:
        self.source = source
        self.destination = destination
        self.end = end
        self.impairment = Impairment()
        self.fates = Fates(seed, source, destination)
        self.flows = Flows()
        self.tallies = tuple(Tally() for _ in packets.KINDS)
        self.waiting = 0
        self.delays = Times()
        self.lateness = Times()

    def truth(self) -> PathTruth:
        """The figures as they are now."""
        counts = [tally.counts() for tally in self.tallies]
        return PathTruth(
            source=self.source,
            destination=self.destination,
            impairment=self.impairment,
            waiting=self.waiting,
            **dict(zip(packets.KINDS, counts, strict=True)),
            delay_ms=self.delays.spread(),
            lateness_ms=self.lateness.spread(),
        )


class Waiting(NamedTuple):
    """A packet on its way; sorted by when it is due, then by when it came."""

    due_s: float
    serial: int
    packet: bytes
    path: DirectedPath
    tally: Tally
    flow: Flow
    came_s: float


class Router:
    """All directed paths between the Regions; an end is a Region's number."""

    def __init__(self, seed: int, addresses: dict[str, bytes], max_waiting: int = MAX_WAITING):
        names = list(addresses)
        self.seed = seed
        self.waiting_max = 0
        self.strays = [0] * len(names)
        self._max_waiting = max_waiting
        self._serial = 0
        self._queue: list[Waiting] = []
        self._paths = [
            {
                addresses[other]: DirectedPath(seed, name, other, end)
                for end, other in enumerate(names)
                if other != name
            }
            for name in names
        ]

    @property
    def paths(self) -> list[DirectedPath]:
        """Every directed path."""
        return [path for by_address in self._paths for path in by_address.values()]

    @property
    def due_s(self) -> float | None:
        """When the next packet is due; None when none waits."""
        return self._queue[0].due_s if self._queue else None

    def take(self, start: int, packet: bytes, now_s: float) -> None:
        """Decide about a packet that a Region has sent: lost, waiting, or an overrun."""
        address = packets.destination(packet)
        path = self._paths[start].get(address) if address else None
        if path is None:
            self.strays[start] += 1
            return
        tally = path.tallies[packets.kind(packet)]
        tally.received += 1
        fate = path.fates.following(path.impairment)
        if fate.lost:
            tally.lost += 1
        elif len(self._queue) >= self._max_waiting:
            tally.overruns += 1
        else:
            flow = path.flows.get(packets.flow(packet), now_s)
            self._serial += 1
            path.waiting += 1
            entry = Waiting(flow.due_s(now_s, fate), self._serial, packet, path, tally, flow, now_s)
            heapq.heappush(self._queue, entry)
            self.waiting_max = max(self.waiting_max, len(self._queue))

    def next_due(self, now_s: float) -> Waiting | None:
        """The next packet that must leave by now, taken off the queue; tell its end by `left`."""
        if not self._queue or self._queue[0].due_s > now_s:
            return None
        entry = heapq.heappop(self._queue)
        entry.path.waiting -= 1
        return entry

    @staticmethod
    def left(entry: Waiting, now_s: float, *, taken: bool) -> None:
        """Count a packet that was handed over, or was not taken by the other side."""
        tally = entry.tally
        if not taken:
            tally.refused += 1
            return
        tally.forwarded += 1
        tally.octets += len(entry.packet)
        tally.reordered += entry.flow.leaves(entry.serial)
        entry.path.delays.add(now_s - entry.came_s)
        entry.path.lateness.add(now_s - entry.due_s)
