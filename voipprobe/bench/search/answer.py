"""What a search comes back with."""

from dataclasses import dataclass
from enum import StrEnum

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.search.standing import Picture, Standing
from voipprobe.model.verdict import Status


class End(StrEnum):
    """Why a search ended. Only `FOUND` is a capacity of the system."""

    FOUND = "found"
    MAXIMUM_CARRIED = "maximum-carried"
    """It carries all that it was allowed to be offered."""
    MINIMUM_FAILED = "minimum-failed"
    GENERATOR_LIMITED = "generator-limited"
    HOST_DISTURBED = "host-disturbed"
    CAPTURE_LIMITED = "capture-limited"
    NOT_MEASURED = "not-measured"
    UNFINISHED = "unfinished"
    """It was cut short, and can be gone on with."""
    TRIALS_SPENT = "trials-spent"
    TIME_SPENT = "time-spent"


OF_CULPRIT = {
    Culprit.GENERATOR: End.GENERATOR_LIMITED,
    Culprit.HOST: End.HOST_DISTURBED,
    Culprit.NEIGHBOURS: End.HOST_DISTURBED,
    Culprit.CAPTURE: End.CAPTURE_LIMITED,
    Culprit.TOOL: End.NOT_MEASURED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The bounds that were proved, in concurrent calls.

    Attributes:
        end: why the search ended; only of "found" there is a capacity.
        lower: highest load that was confirmed by full-length trials; None if none was.
        upper: lowest load above it whose failure was verified; None if none was.
        passed: highest load that passed and was not refuted, confirmed or not.
        ceiling: lowest load that could not be measured; None if all could.
        width_ratio: (upper - lower) / lower; None unless there are both.
        confirmations, contradictions: full-length trials at `lower` that passed, and failed.
        trials, void_trials: how many it took; the second are among the first.
    """

    end: End
    lower: int | None
    upper: int | None
    passed: int | None
    ceiling: int | None
    width_ratio: float | None
    confirmations: int
    contradictions: int
    trials: int
    void_trials: int


def answer(found: Picture, end: End) -> Answer:
    """The answer that the trials so far allow."""
    confirmed = found.with_standing(Standing.CONFIRMED)
    lower = max((load for load in confirmed if load < found.top), default=None)
    failed = found.with_standing(Standing.FAILED)
    upper = min((load for load in failed if lower is None or load > lower), default=None)
    tally = found.tallies[lower] if lower is not None else None
    return Answer(
        end=end,
        lower=lower,
        upper=upper,
        passed=found.lower,
        ceiling=min(found.ceilings, default=None),
        width_ratio=None if lower is None or upper is None else (upper - lower) / lower,
        confirmations=tally.full_passes if tally else 0,
        contradictions=tally.full_fails if tally else 0,
        trials=len(found.trials),
        void_trials=sum(tried.status is Status.VOID for tried in found.trials),
    )
