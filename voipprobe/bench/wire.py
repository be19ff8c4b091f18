"""What the wire at the caller showed of one trial, to the facts that its verdict needs. Pure.

The calls that count are those that were up at any time of the plateau. Media is that of all
streams: with a ramp of one hold time nearly every one of them lived on the plateau.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from voipprobe.bench.verdict.facts import Count
from voipprobe.capture.assembly import CaptureAnalysis
from voipprobe.model.call import Call, Outcome
from voipprobe.model.stream import Stream
from voipprobe.quality.metrics import metric_values
from voipprobe.quality.outcomes import ended, went_as_wanted

PACKETS_PER_S: Final = 50
PATIENCE_S: Final = 5.0
"""How long a call counts as tried when nobody answers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plateau:
    """From when to when is measured, in epoch seconds."""

    begins_at: float
    ends_at: float


def calls_of(found: CaptureAnalysis, plateau: Plateau) -> tuple[Call, ...]:
    """The calls that count."""
    return tuple(call for call in found.calls if is_of_plateau(call, plateau))


def is_of_plateau(call: Call, plateau: Plateau) -> bool:
    """Whether a call was up, or was tried, on the plateau."""
    overlaps = call.started_at < plateau.ends_at and _ended_at(call) > plateau.begins_at
    return call.method == "INVITE" and overlaps


def figures(found: CaptureAnalysis, count: Count) -> dict[str, float | None]:
    """Every metric; the ratio of calls is that of the plateau."""
    values = metric_values(found.signalling, found.media, found.streams, found.calls)
    values["success_ratio"] = count.hits / count.of if count.of else None
    return values


def success(calls: Sequence[Call]) -> Count:
    """Calls that were answered and ended properly among those that ended."""
    over = ended(calls)
    return Count(hits=sum(went_as_wanted(call, Outcome.ANSWERED) for call in over), of=len(over))


def refusals(calls: Iterable[Call]) -> tuple[Mapping[int, int], int]:
    """Calls that were not answered, by their final status, and those that got none."""
    bad = [call for call in ended(tuple(calls)) if call.outcome is not Outcome.ANSWERED]
    by_status = Counter(call.final_status for call in bad)
    unanswered = by_status.pop(None, 0)
    return {status: n for status, n in by_status.items() if status is not None}, unanswered


def reached_rate_cps(calls: Sequence[Call], plateau: Plateau) -> float | None:
    """Calls per second from the first to the last that were placed; None for fewer than two."""
    starts = [call.started_at for call in calls if call.started_at < plateau.ends_at]
    took_s = max(starts) - min(starts) if starts else 0.0
    return (len(starts) - 1) / took_s if took_s > 0 else None


def most_calls_up(calls: Iterable[Call]) -> int:
    """Answered calls that were up at the same time at most, INVITE to BYE."""
    answered = [call for call in calls if call.outcome is Outcome.ANSWERED]
    edges = [(call.started_at, 1) for call in answered]
    edges += [(_ended_at(call), -1) for call in answered]
    up = most = 0
    for _, step in sorted(edges):
        up += step
        most = max(most, up)
    return most


def packets(streams: Iterable[Stream]) -> tuple[int, int, int]:
    """Packets that our own streams should have had in their time, had, and had too late."""
    sent = [stream for stream in streams if stream.direction == "sent"]
    due = sum(round(stream.duration_s * PACKETS_PER_S) + 1 for stream in sent)
    late = sum(stream.discarded or 0 for stream in sent)
    return due, sum(stream.packets for stream in sent), late


def silent_calls(successful: int, streams: Iterable[Stream]) -> int:
    """Calls that went well by the generator's own account, without a stream of ours.

    Its account counts, not the wire's: a 200 that comes when the caller has given up answers a
    call on the wire, and has no media for a good reason.
    """
    return max(0, successful - sum(stream.direction == "sent" for stream in streams))


def _ended_at(call: Call) -> float:
    if call.outcome is Outcome.ANSWERED:
        if call.duration_s is None:
            return inf
        return call.started_at + (call.setup_ms or 0.0) / 1000.0 + call.duration_s
    if call.final_status is None:
        return call.started_at + PATIENCE_S
    return call.started_at + (call.srd_ms or 0.0) / 1000.0
