"""The JSON of a report and of a comparison."""

from dataclasses import dataclass
from typing import Any, Final

from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.raw.records import BaselineRecord, RunRecord
from voipprobe.bench.report.caveats import caveats
from voipprobe.bench.report.compare import Comparison
from voipprobe.bench.report.outcomes import Outcome, outcomes
from voipprobe.bench.report.rows import Row, rows
from voipprobe.bench.report.trials import Trial, trials
from voipprobe.bench.report.words import answer_words
from voipprobe.results.document import to_document

REPORT_SCHEMA: Final = "voipprobe.bench-report/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run: its table, the searches behind it, and every trial of them.

    Attributes:
        schema: of this document.
        run: what was asked for, and where.
        baseline: what the generators carry without the system; None if nobody looked.
        rows: one for each size, in the order of the plan.
        searches: in the order in which they ran. answers: of each, in words, by its id: size, "-"
            and repeat.
        caveats: what the figures do not say, in words.
        trials: in the order in which they ran.
    """

    schema: str = REPORT_SCHEMA
    run: RunRecord
    baseline: BaselineRecord | None
    rows: tuple[Row, ...]
    searches: tuple[Outcome, ...]
    answers: dict[str, str]
    caveats: tuple[str, ...]
    trials: tuple[Trial, ...]


def report(raw: RawRun) -> Report:
    """Everything that is derived from a raw file."""
    found = outcomes(raw)
    return Report(
        run=raw.run,
        baseline=raw.baselines[-1] if raw.baselines else None,
        rows=rows(raw),
        searches=found,
        answers={one.search.id: answer_words(one) for one in found},
        caveats=caveats(raw, found),
        trials=trials(raw),
    )


def report_document(raw: RawRun) -> dict[str, Any]:
    """The JSON types of a report."""
    return to_document(report(raw))


def comparison_document(found: Comparison) -> dict[str, Any]:
    """The JSON types of a comparison."""
    return to_document(found)
