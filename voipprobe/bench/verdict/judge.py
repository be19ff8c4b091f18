"""One trial to pass, fail or void."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.verdict.facts import Measured
from voipprobe.bench.verdict.faults import MOST_STEAL_RATIO, Fault, faults
from voipprobe.bench.verdict.limits import Signal, signals
from voipprobe.bench.verdict.samples import Ratio, ratios, sample_notes
from voipprobe.model.verdict import Expectation, Status, Verdict
from voipprobe.probe.judge import judge
from voipprobe.quality.sequential import Decision, SequentialTest
from voipprobe.quality.thresholds import Threshold

SEQUENTIAL_METRIC = "success_ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialVerdict:
    """The answer of one trial.

    Attributes:
        status: pass, fail or void. reasons: in words; never empty for fail and void.
        culprit: of a void trial: whose fault weighs most; None otherwise.
        expectations: each threshold of the objective with the value found.
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
    measured: Measured,
    objective: Sequence[Threshold],
    sequential: SequentialTest | None = None,
    most_steal_ratio: float = MOST_STEAL_RATIO,
) -> TrialVerdict:
    """The verdict of a trial.

    Args:
        measured: what it has shown.
        objective: thresholds that it must meet.
        sequential: rejects a trial whose calls fail too often, beside the objective; None for
            not. Where its calls are too few to decide, that is a note and no failure.
        most_steal_ratio: above it a failure is the neighbours'.
    """
    ours = faults(measured.generator, most_steal_ratio)
    decision, told = _by_sequence(measured, sequential)
    found = _weighed(measured, objective, ours, told if decision is Decision.REJECT else ())
    void = found.status is Status.VOID
    notes = list(sample_notes(objective, measured.figures, measured.counts))
    if decision is Decision.UNDECIDED:
        notes += told
    if found.status is Status.PASS:
        notes += [f"passed in spite of it: {fault.text}" for fault in ours]
    return TrialVerdict(
        status=found.status,
        reasons=found.reasons,
        culprit=_heaviest([fault.culprit for fault in ours]) if void else None,
        expectations=found.expectations,
        ratios=ratios(measured.counts),
        notes=tuple(notes),
        signals=() if void else signals(measured),
    )


def _weighed(
    measured: Measured,
    objective: Sequence[Threshold],
    ours: Sequence[Fault],
    rejected: tuple[str, ...],
) -> Verdict:
    """The objective and Wald's test, against our own faults."""
    excuses = tuple(fault.text for fault in ours if fault.culprit is Culprit.NEIGHBOURS)
    spoilers = tuple(fault.text for fault in ours if fault.culprit is not Culprit.NEIGHBOURS)
    found = judge(
        objective,
        measured.figures,
        faults=spoilers,
        missing=measured.missing,
        causes=measured.causes,
    )
    if rejected and found.status is not Status.VOID:
        found = replace(found, status=Status.FAIL, reasons=(*rejected, *found.reasons))
    if found.status is Status.FAIL and excuses:
        return replace(found, status=Status.VOID, reasons=(*excuses, *found.reasons))
    if found.status is Status.VOID:
        return replace(found, reasons=(*found.reasons, *excuses))
    return found


def _by_sequence(
    measured: Measured, test: SequentialTest | None
) -> tuple[Decision | None, tuple[str, ...]]:
    """What Wald's test decides, in words where it does not accept."""
    count = measured.counts.get(SEQUENTIAL_METRIC)
    if test is None or count is None:
        return None, ()
    failures = count.of - count.hits
    decision, told = test.decide(failures, count.of), f"{failures} of {count.of} calls failed"
    if decision is Decision.REJECT:
        good, bad = 100 * test.good_ratio, 100 * test.bad_ratio
        return decision, (f"{told}: more like {bad:g} % than {good:g} %",)
    if decision is Decision.UNDECIDED:
        return decision, (f"{told}, which decides nothing: {test.clean_calls} clean calls would",)
    return decision, ()


def _heaviest(culprits: Sequence[Culprit]) -> Culprit:
    """A generator at its limit explains the rest; a gap in the evidence explains nothing."""
    order = (
        Culprit.GENERATOR, Culprit.HOST, Culprit.CAPTURE, Culprit.NEIGHBOURS, Culprit.TOOL
    )  # fmt: skip
    return min(culprits, key=order.index, default=Culprit.TOOL)
