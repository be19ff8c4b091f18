"""The page of benchmarks: one file with pictures, answers, every trial, and how to repeat them.

Knows which assets make the page. Must not know what any figure means, nor a clock.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voipprobe.results.html.assembly import assembled

STYLES = ("base.css", "table.css", "detail.css", "narrow.css", "bench.css")
SCRIPTS = (
    "dom.js",
    "format.js",
    "scale.js",
    "chart.js",
    "scatter.js",
    "capacity.js",
    "table.js",
    "bench_tables.js",
    "bench_pictures.js",
    "bench_repeat.js",
    "bench.js",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRun:
    """One run of a benchmark for its page.

    Attributes:
        report: the document of its report, voipprobe.bench-report/1.
        plan_text: its plan as a file.
    """

    report: Mapping[str, Any]
    plan_text: str


def bench_page(runs: Sequence[BenchRun]) -> str:
    """The text of a page that needs nothing but a browser, to be stored as UTF-8."""
    entries = [{"report": one.report, "plan_text": one.plan_text} for one in runs]
    text = json.dumps(entries, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return assembled("bench.html", styles=STYLES, scripts=SCRIPTS, blocks={"runs": text})
