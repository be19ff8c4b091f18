"""When rounds begin. Pure: times come in as arguments.

Each piece of work has a phase of its own, the same after every restart, so that the agents of
a fleet do not all call at the same second. Intervals are counted on the monotonic clock: a jump
of the wall clock neither floods nor stalls.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

LATE_AFTER_S: Final = 1.0
"""A round that begins so long after it was due is counted as late."""


def phase_s(agent: str, work: str, interval_s: float) -> float:
    """Where in its interval a piece of work of an agent begins (0 to interval)."""
    digest = hashlib.sha256(f"{agent}\0{work}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 * interval_s


def first_due_in_s(agent: str, work: str, interval_s: float, wall_s: float) -> float:
    """How long until a piece of work is due for the first time, at this wall clock time."""
    return (phase_s(agent, work, interval_s) - wall_s) % interval_s


@dataclass(slots=True, kw_only=True)
class Turn:
    """The state of one piece of work.

    Attributes:
        due_s: on the monotonic clock.
        rounds, late, skipped: begun; begun too late; not begun because the one before was
            still under way, the agent was full, or it slept.
    """

    name: str
    interval_s: float
    due_s: float
    rounds: int = 0
    late: int = 0
    skipped: int = 0


class Schedule:
    """All turns of an agent."""

    def __init__(self, most_at_once: int) -> None:
        self._most_at_once = most_at_once
        self._under_way: set[str] = set()
        self.turns: dict[str, Turn] = {}
        self.late_before = self.skipped_before = 0  # of turns that were dropped

    def put(self, name: str, interval_s: float, due_s: float) -> None:
        """Add a piece of work, or change the interval of one that is there."""
        known = self.turns.get(name)
        if known is None:
            self.turns[name] = Turn(name=name, interval_s=interval_s, due_s=due_s)
        elif known.interval_s != interval_s:
            known.interval_s, known.due_s = interval_s, due_s

    def drop(self, name: str) -> None:
        """Take a piece of work away; a round that is under way ends in its time, and counts."""
        gone = self.turns.pop(name, None)
        if gone is not None:
            self.late_before += gone.late
            self.skipped_before += gone.skipped

    def set_most_at_once(self, most_at_once: int) -> None:
        """Change how many rounds may be under way together."""
        self._most_at_once = most_at_once

    @property
    def under_way(self) -> int:
        """How many rounds are under way, those of work that was taken away included."""
        return len(self._under_way)

    def begin(self, now_s: float) -> list[str]:
        """The work whose rounds begin now, longest due first; they count as under way."""
        self._skip(now_s)
        due = sorted(
            (turn for turn in self.turns.values() if self._is_due(turn, now_s)),
            key=lambda turn: turn.due_s,
        )
        begun = due[: max(self._most_at_once - self.under_way, 0)]
        for turn in begun:
            turn.late += now_s - turn.due_s > LATE_AFTER_S
            turn.due_s += turn.interval_s
            turn.rounds += 1
            self._under_way.add(turn.name)
        return [turn.name for turn in begun]

    def end(self, name: str) -> None:
        """A round is over."""
        self._under_way.discard(name)

    def wake_s(self, now_s: float) -> float | None:
        """When there is something to do again, unless a round ends before; None: never.

        At once for what has become due since `begin` was asked. What is due and cannot begin is
        passed over when its next turn comes.
        """
        is_full = self.under_way >= self._most_at_once
        return min((self._next_s(turn, now_s, is_full) for turn in self.turns.values()),
                   default=None)  # fmt: skip

    def _next_s(self, turn: Turn, now_s: float, is_full: bool) -> float:
        if turn.due_s > now_s:
            return turn.due_s
        if self._is_due(turn, now_s) and not is_full:
            return now_s
        return max(turn.due_s + turn.interval_s, now_s)

    def _is_due(self, turn: Turn, now_s: float) -> bool:
        return turn.name not in self._under_way and turn.due_s <= now_s

    def _skip(self, now_s: float) -> None:
        """Pass over what can no longer begin in its interval."""
        for turn in self.turns.values():
            behind = now_s - turn.due_s
            if turn.name in self._under_way and behind >= 0:
                missed = int(behind // turn.interval_s) + 1
            else:
                missed = max(int(behind // turn.interval_s), 0)
            turn.skipped += missed
            turn.due_s += missed * turn.interval_s
