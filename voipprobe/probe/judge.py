"""Expectations and faults to a verdict. Pure: values in, verdict out."""

from collections import Counter
from collections.abc import Mapping, Sequence

from voipprobe.model.call import Call, Outcome
from voipprobe.model.verdict import Expectation, Status, Verdict
from voipprobe.quality.outcomes import ended, went_as_wanted
from voipprobe.quality.thresholds import Threshold, check

DEFAULT_EXPECTATIONS = ("success_ratio>=1",)


def judge(
    thresholds: Sequence[Threshold],
    values: Mapping[str, float | None],
    *,
    faults: Sequence[str],
    missing: Sequence[str],
    causes: Sequence[str],
) -> Verdict:
    """The verdict of a run.

    Args:
        thresholds: what must hold.
        values: every metric with the value found.
        faults: why nothing of the run can be trusted; any of them makes it void.
        missing: what should have been measured and was not; void unless something failed.
        causes: why calls failed, in words, told when a threshold is broken.
    """
    expectations = tuple(check(threshold, values) for threshold in thresholds)
    if faults:
        return Verdict(status=Status.VOID, reasons=tuple(faults), expectations=expectations)
    broken = [broken_words(row) for row in expectations if row.met is False]
    if broken:
        return Verdict(
            status=Status.FAIL, reasons=(*broken, *causes, *missing), expectations=expectations
        )
    unknown = [f"{row.expression}: no value" for row in expectations if row.met is None]
    if missing or unknown:
        return Verdict(
            status=Status.VOID, reasons=(*missing, *unknown, *causes), expectations=expectations
        )
    return Verdict(status=Status.PASS, expectations=expectations)


def broken_words(row: Expectation) -> str:
    """A threshold that was broken, with the value found."""
    return f"{row.expression}: found {row.value:.6g}"


def success_ratio(calls: Sequence[Call], wanted: Outcome) -> float | None:
    """Calls that ended as the scenario wants / calls that ended; None when none ended."""
    over = ended(calls)
    if not over:
        return None
    return sum(went_as_wanted(call, wanted) for call in over) / len(over)


def causes_of_failure(calls: Sequence[Call], wanted: Outcome, error: str | None) -> list[str]:
    """Why calls did not go as wanted: how they ended, most frequent first.

    Where the wire shows nothing, SIPp's own words have to do.
    """
    bad = [call for call in calls if not went_as_wanted(call, wanted)]
    ends = Counter(_end(call) for call in bad if call.outcome is not Outcome.UNFINISHED)
    causes = [f"{n} of {len(calls)} calls: {end}" for end, n in ends.most_common()]
    return [f"SIPp: {error}"] if error and not causes else causes


def _end(call: Call) -> str:
    if call.final_status is None:
        return "no final answer"
    if call.outcome is Outcome.ANSWERED:
        return "answered, then not ended properly"
    return f"{call.outcome.value} ({call.final_status})"
