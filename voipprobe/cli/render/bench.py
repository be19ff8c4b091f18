"""Tables of a benchmark: what would be done, what was found, how two runs compare.

Knows rich and the rows of a report; computes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType

from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.report.compare import Comparison, Pair
from voipprobe.bench.report.markdown import calls_text
from voipprobe.bench.report.outcomes import Outcome, outcomes
from voipprobe.bench.report.rows import Row, rows
from voipprobe.bench.report.words import rows_words
from voipprobe.bench.steps import Step
from voipprobe.bench.verdict.samples import Ratio
from voipprobe.cli.render.bench_table import SizesTable
from voipprobe.cli.render.layout import bullets, heading, labelled, note, words_table
from voipprobe.cli.render.numbers import UNKNOWN


def steps_parts(steps: Sequence[Step]) -> Iterator[RenderableType]:
    """Every step of a dry run."""
    yield heading("Would run; nothing was started")
    yield labelled(steps)


def report_parts(raw: RawRun) -> Iterator[RenderableType]:
    """A run: the table, the calls behind the ratios, and what to mind."""
    found, plan = rows(raw), raw.plan
    yield heading(f"{plan.name}: {plan.system.kind} on {plan.provider}")
    yield SizesTable(found)
    ratios = [text for row in found for text in _ratios(row, outcomes(raw))]
    yield bullets([*rows_words(found), *ratios], "")
    yield note(f"raw file: {raw.name}")


def comparison_parts(found: Comparison) -> Iterator[RenderableType]:
    """A comparison, or why there is none."""
    yield heading(f"{found.second} against {found.first}")
    if found.obstacles:
        yield bullets(("they cannot be compared", *found.obstacles), "")
        return
    yield words_table(("size", "first", "second", "ratio", "interval", ""), map(_pair, found.pairs))
    yield bullets(found.warnings, "")


def _ratios(row: Row, found: Iterable[Outcome]) -> list[str]:
    """The calls behind each ratio at the lower bound; of several searches the weakest."""
    weakest: dict[str, tuple[int, Ratio]] = {}
    for outcome in found:
        lower = outcome.answer.lower if outcome.answer else None
        if outcome.search.size == row.size and lower is not None:
            for one in outcome.ratios:
                before = weakest.get(one.metric)
                if before is None or (one.low or 0.0) < (before[1].low or 0.0):
                    weakest[one.metric] = lower, one
    return [
        f"{row.size} at {lower:,}: {one.metric} {one.hits:,} of {one.of:,} calls, "
        f"95 % interval {one.low:.4f} to {one.high:.4f}"
        for lower, one in weakest.values()
        if one.low is not None and one.high is not None
    ]


def _pair(pair: Pair) -> list[str]:
    cells = [pair.first.size, calls_text(pair.first), calls_text(pair.second)]
    if pair.ratio is None:
        return [*cells, UNKNOWN, UNKNOWN, pair.why_not or ""]
    word = "differs" if pair.differs else "no difference that the bounds would show"
    return [*cells, f"{pair.ratio:.3f}", f"{pair.low:.3f} to {pair.high:.3f}", word]
