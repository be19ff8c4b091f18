"""One trial to pass, fail or void."""

from collections.abc import Sequence
from dataclasses import dataclass

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.verdict.facts import Measured
from voipprobe.bench.verdict.faults import faults
from voipprobe.bench.verdict.limits import Signal, signals
from voipprobe.bench.verdict.samples import Ratio, ratios, sample_notes
from voipprobe.model.verdict import Expectation, Status
from voipprobe.probe.judge import judge
from voipprobe.quality.sequential import Decision, SequentialTest
from voipprobe.quality.thresholds import Threshold

SEQUENTIAL_METRIC = "success_ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialVerdict:
    """The answer of one trial.

    Attributes:
        reasons: never empty for fail and void.
        culprit: of a void trial: whose fault weighs most.
        ratios: with the calls behind them and their intervals.
        notes: what so few calls do not prove, even where a threshold is met.
        signals: what stood at its limit in the system, the likeliest first. Told of passed
            trials, too: the last one that passed is close to the limit.
    """

    status: Status
    reasons: tuple[str, ...]
    culprit: Culprit | None
    expectations: tuple[Expectation, ...]
    ratios: tuple[Ratio, ...]
    notes: tuple[str, ...]
    signals: tuple[Signal, ...]


def judge_trial(
    measured: Measured, objective: Sequence[Threshold], sequential: SequentialTest | None = None
) -> TrialVerdict:
    """The verdict of a trial.

    Args:
        measured: what it has shown.
        objective: thresholds that it must meet.
        sequential: decides whether the calls were enough, beside the objective; None for not.
    """
    ours = faults(measured.generator)
    rejected, undecided = _by_sequence(measured, sequential)
    found = judge(
        objective,
        measured.figures,
        faults=[fault.text for fault in ours],
        missing=[*measured.missing, *undecided],
        causes=measured.causes,
    )
    status, reasons = found.status, found.reasons
    if rejected and status is not Status.VOID:
        status, reasons = Status.FAIL, (*rejected, *reasons)
    void = status is Status.VOID
    return TrialVerdict(
        status=status,
        reasons=reasons,
        culprit=_heaviest([fault.culprit for fault in ours]) if void else None,
        expectations=found.expectations,
        ratios=ratios(measured.counts),
        notes=sample_notes(objective, measured.figures, measured.counts),
        signals=() if void else signals(measured),
    )


def _by_sequence(measured: Measured, test: SequentialTest | None) -> tuple[list[str], list[str]]:
    """Why the calls are rejected, and why they do not decide."""
    count = measured.counts.get(SEQUENTIAL_METRIC)
    if test is None or count is None:
        return [], []
    failures = count.of - count.hits
    told = f"{failures} of {count.of} calls failed"
    decision = test.decide(failures, count.of)
    if decision is Decision.REJECT:
        return [
            f"{told}: more like {100 * test.bad_ratio:g} % than {100 * test.good_ratio:g} %"
        ], []
    if decision is Decision.UNDECIDED:
        return [], [f"{told}, which decides nothing: {test.clean_calls} clean calls would"]
    return [], []


def _heaviest(culprits: Sequence[Culprit]) -> Culprit:
    """A generator at its limit explains the rest; a gap in the evidence explains nothing."""
    order = (Culprit.GENERATOR, Culprit.HOST, Culprit.CAPTURE, Culprit.TOOL)
    return min(culprits, key=order.index, default=Culprit.TOOL)
