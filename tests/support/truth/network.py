"""What a network does to the packets of a plan: drops, doubles, delays.

The first two packets of a numbering always come at once: what a stream is can only be told by two
packets in a row (RFC 3550 A.1), and a plan whose truth nobody can see is no truth.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from support.truth.plan import MAX_DELAY_PACKETS, Jitter, StreamPlan
from support.truth.sender import Sent

UNHARMED_PACKETS: Final = 2
GRID_NS: Final = 1000
"""Arrivals are whole microseconds, so that every capture format can hold them."""
PATH_NS: Final = 30_000_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One copy of a packet where it is captured; `is_copy` for all but the first of them."""

    packet: Sent
    time_ns: int
    is_copy: bool


def arrivals(plan: StreamPlan, sent: Sequence[Sent]) -> list[Arrival]:
    """What comes through, in order of arrival."""
    network = _Network(plan)
    through = [one for packet in sent for one in network.carry(packet)]
    return sorted(through, key=lambda arrival: arrival.time_ns)


class _Network:
    def __init__(self, plan: StreamPlan) -> None:
        self._plan = plan
        self._rng = random.Random(f"network {plan.seed}")  # noqa: S311 - truth must be repeatable
        self._is_bad = False
        self._queue_ms = 0.0

    def carry(self, packet: Sent) -> list[Arrival]:
        """The copies of one packet; none if it is lost."""
        is_lost, delay_ms = self._loses(), self._delay_ms()
        is_doubled = self._rng.random() < self._plan.duplicates
        behind_ms = self._rng.uniform(0.0, 2.5) * self._plan.voice.packet_ms
        if packet.place < UNHARMED_PACKETS:
            return [self._arrival(packet, 0.0)]
        if is_lost:
            return []
        first = self._arrival(packet, delay_ms)
        if not is_doubled:
            return [first]
        return [first, self._arrival(packet, delay_ms + behind_ms, is_copy=True)]

    def _arrival(self, packet: Sent, delay_ms: float, *, is_copy: bool = False) -> Arrival:
        exact_ns = packet.sent_ns + PATH_NS + delay_ms * 1e6
        return Arrival(packet, round(exact_ns / GRID_NS) * GRID_NS, is_copy)

    def _loses(self) -> bool:
        burst = self._plan.burst_loss
        if burst is not None:
            turn = self._rng.random()
            self._is_bad = turn >= burst.leave if self._is_bad else turn < burst.enter
        return self._rng.random() < self._plan.loss or self._is_bad

    def _delay_ms(self) -> float:
        packet_ms = self._plan.voice.packet_ms
        delay_ms = 0.0
        if self._rng.random() < self._plan.swaps:
            delay_ms += self._rng.uniform(1.2, 3.0) * packet_ms
        if self._plan.jitter is not None:
            delay_ms += self._jitter_ms(self._plan.jitter)
        if self._plan.spikes is not None:
            self._queue_ms = max(self._queue_ms - packet_ms, 0.0)
            if self._rng.random() < self._plan.spikes.chance:
                self._queue_ms = self._plan.spikes.height_ms
            delay_ms += self._queue_ms
        return min(delay_ms, float(MAX_DELAY_PACKETS * packet_ms))

    def _jitter_ms(self, jitter: Jitter) -> float:
        scale = jitter.scale_ms
        delays = {
            "uniform": self._rng.uniform(0.0, scale),
            "exponential": self._rng.expovariate(1 / scale),
            "pareto": scale * (self._rng.paretovariate(1.8) - 1),
            "normal": max(self._rng.gauss(3 * scale, scale), 0.0),
        }
        return 0.0 if self._rng.random() < jitter.calm else delays[jitter.shape]
