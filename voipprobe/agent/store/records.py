"""What is stored, as the rest of the agent sees it."""

from dataclasses import dataclass, field
from enum import StrEnum

from voipprobe.model.measurement import Measurement
from voipprobe.model.path import Path


class Grade(StrEnum):
    """A verdict with one step more: a warning is a pass that came close."""

    PASS = "pass"  # noqa: S105 - a grade, not a password
    WARNING = "warning"
    FAIL = "fail"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of one path.

    Attributes:
        work: which piece of work it belongs to.
        at: epoch seconds at which it began.
        reasons: why it is not a pass, in words.
        figures: every metric of `quality.metrics`, and those of the directions.
        folder: where its files lie, when they were kept.
        note: said once, in the log: why the far end told nothing.
    """

    work: str
    path: Path
    at: float
    duration_s: float
    grade: Grade
    reasons: tuple[str, ...] = ()
    figures: dict[str, float | None] = field(default_factory=dict)
    folder: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is spooled at once: the measurements of one round, or of the agent itself.

    Attributes:
        lost: measurements that it held, where the disk has damaged it.
    """

    number: int
    measurements: tuple[Measurement, ...]
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """How one publisher stands.

    Attributes:
        depth: measurements that wait. oldest_at: when the first of them was measured.
        dropped: measurements that were given up since the store was made.
    """

    publisher: str
    depth: int
    oldest_at: float | None
    dropped: int
