"""The JSON of a report and of a comparison."""

from dataclasses import dataclass
from typing import Any, Final

from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.raw.records import RunRecord
from voipprobe.bench.report.compare import Comparison
from voipprobe.bench.report.outcomes import Outcome, outcomes
from voipprobe.bench.report.rows import Row, rows
from voipprobe.results.document import to_document

REPORT_SCHEMA: Final = "voipprobe.bench-report/1"
COMPARISON_SCHEMA: Final = "voipprobe.bench-comparison/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run, its table and the searches behind it."""

    schema: str = REPORT_SCHEMA
    run: RunRecord
    rows: tuple[Row, ...]
    searches: tuple[Outcome, ...]


def report_document(raw: RawRun) -> dict[str, Any]:
    """The JSON types of a report."""
    return to_document(Report(run=raw.run, rows=rows(raw), searches=outcomes(raw)))


def comparison_document(found: Comparison) -> dict[str, Any]:
    """The JSON types of a comparison."""
    return {"schema": COMPARISON_SCHEMA, **to_document(found)}
