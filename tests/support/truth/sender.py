"""The packets of a plan as the sender sends them, each with what it is for.

Knows media time and numbering; must not know the network.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from support.truth.plan import RESTART_AWAY_PACKETS, StreamPlan

EVENT_TYPE: Final = 101
NOISE_TYPE: Final = 13
EVENT_PACKETS: Final = 8
EVENT_REPEATS: Final = 2
_FAR_JUMP: Final = (5_000, 60_000)
"""How far a new numbering is from the old one: neither a gap (3,000) nor a reordering (100)."""


class Kind(Enum):
    """What a packet carries."""

    VOICE = "voice"
    EVENT = "event"
    NOISE = "noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One packet where it leaves.

    Attributes:
        numbering: restarts before it. place: its number in that numbering, from 0.
        media_ns: media time since the stream began; sent_ns: the same by the receiver's clock.
        spurt: number of its talkspurt. begins: it is marked as the first of one, or of a digit.
    """

    numbering: int
    place: int
    sequence: int
    timestamp: int
    payload_type: int
    octets: int
    kind: Kind
    media_ns: int
    sent_ns: int
    spurt: int
    begins: bool


def sent_packets(plan: StreamPlan) -> list[Sent]:
    """Everything that the sender sends, in order."""
    return list(_Sender(plan).packets())


class _Sender:
    def __init__(self, plan: StreamPlan) -> None:
        self._plan = plan
        self._rng = random.Random(f"sender {plan.seed}")  # noqa: S311 - truth must be repeatable
        self._first_sequence = plan.first_sequence
        self._first_timestamp = plan.first_timestamp
        self._numbering = self._place = self._away = self._spurt = 0
        self._begins = True

    def packets(self) -> Iterator[Sent]:
        for tick in range(self._plan.ticks):
            if tick in self._plan.restarts:
                self._restart()
            yield from self._at(tick)

    def _at(self, tick: int) -> Iterator[Sent]:
        digit = next((at for at in self._plan.digits if 0 <= tick - at < EVENT_PACKETS), None)
        pause = next((p for p in self._plan.pauses if 0 <= tick - p.tick < p.ticks), None)
        if pause is not None:
            if self._plan.noise and tick == pause.tick:
                yield self._packet(tick, NOISE_TYPE, 1, Kind.NOISE)
            self._begins = True
        elif digit is not None:
            yield from self._digit(tick, digit)
        else:
            turn = tick // self._plan.format_ticks % len(self._plan.formats)
            voice = self._plan.formats[turn]
            self._spurt += self._begins
            yield self._packet(tick, voice.payload_type, voice.octets, Kind.VOICE)

    def _digit(self, tick: int, began: int) -> Iterator[Sent]:
        """Its timestamp is that of its beginning; the last packet is sent three times at once."""
        last = tick - began == EVENT_PACKETS - 1
        for _ in range(1 + EVENT_REPEATS if last else 1):
            self._begins = tick == began
            sent = self._packet(tick, EVENT_TYPE, 4, Kind.EVENT)
            back = (tick - began) * self._plan.voice.step
            yield replace(sent, timestamp=(sent.timestamp - back) % 2**32)

    def _packet(self, tick: int, payload_type: int, octets: int, kind: Kind) -> Sent:
        tick_ns = self._plan.voice.packet_ms * 1_000_000
        media_ns = (tick + self._away) * tick_ns
        begins = self._begins and kind is not Kind.NOISE
        sent = Sent(
            numbering=self._numbering,
            place=self._place,
            sequence=(self._first_sequence + self._place) % 2**16,
            timestamp=(self._first_timestamp + tick * self._plan.voice.step) % 2**32,
            payload_type=payload_type,
            octets=octets,
            kind=kind,
            media_ns=media_ns,
            sent_ns=round(media_ns / (1 + self._plan.drift_ppm / 1e6)),
            spurt=self._spurt,
            begins=begins,
        )
        self._place += 1
        self._begins = False
        return sent

    def _restart(self) -> None:
        jump = self._rng.randint(*_FAR_JUMP)
        self._first_sequence = (self._first_sequence + self._place + jump) % 2**16
        self._first_timestamp = self._rng.randrange(2**32)
        self._numbering += 1
        self._place = 0
        self._away += RESTART_AWAY_PACKETS
        self._begins = True
