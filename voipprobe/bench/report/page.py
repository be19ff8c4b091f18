"""Runs to the page that shows them."""

from collections.abc import Iterable

from voipprobe.bench.plan.write import plan_text
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.report.document import report_document
from voipprobe.results.html.bench_page import BenchRun, bench_page


def page(runs: Iterable[RawRun]) -> str:
    """The text of a page that needs nothing but a browser, to be stored as UTF-8."""
    return bench_page([
        BenchRun(report=report_document(raw), plan_text=plan_text(raw.plan)) for raw in runs
    ])  # fmt: skip
