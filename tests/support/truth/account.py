"""What a right analyser must find in a plan: the counts, and everything else put together.

Counted from what was sent and what came through, by the words of the model's documentation.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from support.truth import gaps, playout, timing
from support.truth.network import Arrival, arrivals
from support.truth.plan import StreamPlan
from support.truth.sender import Sent, sent_packets


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The figures of one stream; times in ms.

    Attributes:
        lost, expected: between the first and the last packet that came, of each numbering.
        drift_ppm: as planned, moved by what the delays of this plan do to any regression.
    """

    packets: int
    payload_types: dict[int, int]
    expected: int
    lost: int
    duplicates: int
    reordered: int
    restarts: int
    jitter_ms: tuple[float, ...]
    ipdv_ms: tuple[float, ...]
    delta_max_ms: float
    drift_ppm: float
    discarded: int
    gaps: gaps.Gaps


@dataclass(frozen=True, slots=True)
class Played:
    """A plan that was played through: what comes to the capture point, and the truth."""

    plan: StreamPlan
    arrivals: list[Arrival]
    truth: Truth


def play(plan: StreamPlan, buffer_ms: float = 60.0) -> Played:
    """A plan as a capture point sees it, with its truth for a fixed playout buffer."""
    sent = sent_packets(plan)
    seen = arrivals(plan, sent)
    return Played(plan, seen, _truth(plan, sent, seen, buffer_ms))


def _truth(
    plan: StreamPlan, sent: Sequence[Sent], seen: Sequence[Arrival], buffer_ms: float
) -> Truth:
    within = _within(sent, seen)
    came = {(one.packet.numbering, one.packet.place) for one in seen}
    lost = [(one.numbering, one.place) not in came for one in within]
    late = playout.too_late(seen, buffer_ms)
    missing = [
        gone or (one.numbering, one.place) in late for one, gone in zip(within, lost, strict=True)
    ]
    return Truth(
        packets=len(seen),
        payload_types=dict(Counter(one.packet.payload_type for one in seen)),
        expected=len(within),
        lost=sum(lost),
        duplicates=sum(one.is_copy for one in seen),
        reordered=_reordered(seen),
        restarts=len(plan.restarts),
        jitter_ms=tuple(timing.jitter_ms(seen)),
        ipdv_ms=tuple(timing.ipdv_ms(seen)),
        delta_max_ms=timing.delta_max_ms(seen),
        drift_ppm=plan.drift_ppm - timing.delay_slope_ppm(seen),
        discarded=len(late),
        gaps=gaps.gaps(missing, plan.voice.packet_ms),
    )


def _within(sent: Sequence[Sent], seen: Sequence[Arrival]) -> list[Sent]:
    """Sent between the first and the last that came: what else was lost nobody can know."""
    last: Counter[int] = Counter()
    for one in seen:
        last[one.packet.numbering] = max(last[one.packet.numbering], one.packet.place)
    return [one for one in sent if one.place <= last[one.numbering]]


def _reordered(seen: Sequence[Arrival]) -> int:
    """First copies that were overtaken by a packet sent after them."""
    highest = (-1, -1)
    count = 0
    for one in seen:
        place = (one.packet.numbering, one.packet.place)
        count += not one.is_copy and place < highest
        highest = max(highest, place)
    return count
