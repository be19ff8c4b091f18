"""Each search of a run to its outcome. Pure: records in, figures out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from voipprobe.bench.plan.effective import Search, search_settings, searches
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.raw.records import MachineRecord, TrialRecord
from voipprobe.bench.search.answer import Answer, End, answer
from voipprobe.bench.search.records import Length
from voipprobe.bench.search.standing import picture
from voipprobe.bench.search.steps import next_step
from voipprobe.bench.verdict.facts import Count
from voipprobe.bench.verdict.limits import Signal
from voipprobe.bench.verdict.samples import Ratio, ratios
from voipprobe.model.verdict import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One search.

    Attributes:
        search: which. machine: what it ran on; None if it never began.
        answer: what is proved so far; None if it never began. finished: whether the search
            came to its end.
        limit: the likeliest signal of most trials that failed just above; None if none is named.
        signals: all that those trials showed, most frequent first.
        ratios: of the confirming trials at the lower bound, added up.
    """

    search: Search
    machine: MachineRecord | None
    answer: Answer | None
    finished: bool
    limit: Signal | None
    signals: tuple[Signal, ...]
    ratios: tuple[Ratio, ...]


def outcomes(raw: RawRun) -> tuple[Outcome, ...]:
    """Every search of a run, those that never began included."""
    return tuple(_outcome(raw, one) for one in searches(raw.plan))


def _outcome(raw: RawRun, search: Search) -> Outcome:
    records = [trial for trial in raw.trials if trial.search == search.id]
    found, finished = _answer(raw, search)
    signals = _signals(records, found)
    return Outcome(
        search=search,
        machine=raw.machine(search.id),
        answer=found,
        finished=finished,
        limit=signals[0] if signals else None,
        signals=signals,
        ratios=_ratios(records, found),
    )


def _answer(raw: RawRun, search: Search) -> tuple[Answer | None, bool]:
    """The answer, or what is proved of it where the search was cut short."""
    settings, tried = search_settings(raw.plan), raw.tried(search.id)
    if not tried:
        return None, False
    step = next_step(tried, settings)
    if isinstance(step, Answer):
        return step, True
    return answer(picture(tried, settings), End.UNFINISHED), False


def _signals(records: Sequence[TrialRecord], found: Answer | None) -> tuple[Signal, ...]:
    """Of the failed trials nearest above the lower bound: further up everything is full."""
    failed = [one for one in records if one.verdict.status is Status.FAIL]
    if found is not None and found.upper is not None:
        failed = [one for one in failed if one.load == found.upper]
    elif failed:
        nearest = min(one.load for one in failed)
        failed = [one for one in failed if one.load == nearest]
    first = Counter(one.verdict.signals[0].limit for one in failed if one.verdict.signals)
    every = {signal.limit: signal for one in failed for signal in reversed(one.verdict.signals)}
    return tuple(sorted(every.values(), key=lambda signal: -first[signal.limit]))


def _ratios(records: Sequence[TrialRecord], found: Answer | None) -> tuple[Ratio, ...]:
    if found is None or found.lower is None:
        return ()
    sums: dict[str, Count] = {}
    for one in records:
        counts = one.load == found.lower and one.length is Length.FULL
        if counts and one.verdict.status is not Status.VOID:
            for metric, count in one.measured.counts.items():
                before = sums.get(metric, Count(hits=0, of=0))
                sums[metric] = Count(hits=before.hits + count.hits, of=before.of + count.of)
    return ratios(sums)
