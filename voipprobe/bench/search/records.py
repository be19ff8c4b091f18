"""What the search is told: its settings, and what each trial so far has shown.

Knows loads (whole numbers of concurrent calls) and verdicts. Must not know how a trial is made.
"""

from dataclasses import dataclass
from enum import StrEnum

from voipprobe.bench.culprit import Culprit
from voipprobe.model.verdict import Status


class Length(StrEnum):
    """How long the plateau of a trial is; seconds are the plan's business."""

    LIGHT = "light"
    """The first one, at the lowest load: what does a call cost?"""
    SHORT = "short"
    """While the bracket narrows."""
    FULL = "full"
    """Only these confirm a load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The trial to run next.

    Attributes:
        why: for people who watch. rest_s: to wait before it at most; it counts as part of it.
    """

    load: int
    length: Length
    why: str
    rest_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One trial that was run, as far as the search needs it.

    Attributes:
        load: concurrent calls that were asked for.
        cpu_ratio: share (0..1) of its CPU budget that the system used on the plateau; None
            where nobody may look into it.
        carried: calls that were up at most while the system refused others with a final answer:
            a configured maximum shows itself so. None where calls failed otherwise, or none did.
        culprit: of a void trial.
        took_s: whole wall time, rest, ramp and drain included.
    """

    load: int
    length: Length
    status: Status
    cpu_ratio: float | None = None
    carried: int | None = None
    culprit: Culprit | None = None
    took_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the search goes about it.

    Attributes:
        minimum, maximum: loads that the answer lies between.
        precision_ratio: relative width (upper - lower) / lower at which narrowing ends; one
            call where that is less than a call.
        confirmations: full-length passes that prove a lower bound.
        refutations: full-length failures that refute it.
        verifications: how often a failure must repeat, without a pass, to be believed. With 5 %
            false failures one repetition still lets one search in a hundred go far astray.
        void_repeats: how often a void trial is repeated before its load counts as out of reach.
        steal_repeats: the same of trials whose failure other machines excuse. Each comes after a
            longer rest, for neighbours are busy by the minute.
        retreats: how many lower loads are tried after a load was out of reach, in case the
            system's own limit lies below; 0 ends the search at the first.
        most_trials: void ones included; the search then ends with what is proved.
        budget_s: wall time of all trials together; None for any.
        full_s: what a full-length trial is expected to take of it.
    """

    minimum: int = 10
    maximum: int = 100_000
    precision_ratio: float = 0.02
    confirmations: int = 2
    refutations: int = 2
    verifications: int = 2
    void_repeats: int = 2
    steal_repeats: int = 5
    retreats: int = 2
    most_trials: int = 60
    budget_s: float | None = None
    full_s: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no search can be made of.

        Raises:
            ValueError: a bound is not positive or the two are in the wrong order, or a count is.
        """
        if not 1 <= self.minimum <= self.maximum:
            raise ValueError(f"1 <= minimum <= maximum: not {self.minimum}, {self.maximum}")
        if not 0.0 < self.precision_ratio < 1.0:
            raise ValueError(f"precision_ratio lies within 0..1, not {self.precision_ratio}")
        if min(self.confirmations, self.refutations, self.most_trials) < 1:
            raise ValueError("confirmations, refutations and most_trials are 1 or more")
        if min(self.verifications, self.void_repeats, self.steal_repeats, self.retreats) < 0:
            raise ValueError("verifications, repeats and retreats are 0 or more")

    def repeats(self, culprit: Culprit | None) -> int:
        """How often a trial that was void is repeated."""
        return self.steal_repeats if culprit is Culprit.NEIGHBOURS else self.void_repeats

    def next_above(self, load: int) -> int:
        """The lowest load that is not the same as `load` within the precision."""
        return load + max(1, int(load * self.precision_ratio))

    def next_below(self, load: int) -> int:
        """The highest load to whose `next_above` `load` belongs."""
        below = max(1, int(load / (1.0 + self.precision_ratio)))
        while self.next_above(below) < load:
            below += 1
        return min(below, load - 1)
