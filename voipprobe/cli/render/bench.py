"""Tables of a benchmark: what would be done, what was found, how two runs compare.

Knows rich and the rows of a report; computes nothing.
"""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.report.compare import Comparison, Pair
from voipprobe.bench.report.markdown import calls_text
from voipprobe.bench.report.outcomes import Outcome, outcomes
from voipprobe.bench.report.rows import Row, rows
from voipprobe.bench.steps import Step
from voipprobe.cli.render.layout import bullets, figures_table, heading, labelled, note, words_table
from voipprobe.cli.render.numbers import UNKNOWN, count, percent

HEADS = ("size", "vCPU", "calls", "bounds", "calls/s", "limit", "n", "trials")


def steps_parts(steps: Sequence[Step]) -> Iterator[RenderableType]:
    """Every step of a dry run."""
    yield heading("Would run; nothing was started")
    yield labelled(steps)


def report_parts(raw: RawRun) -> Iterator[RenderableType]:
    """A run: the table, the calls behind the ratios, and what to mind."""
    found, plan = rows(raw), raw.plan
    yield heading(f"{plan.name}: {plan.system.kind} on {plan.provider}")
    heads: Sequence[str] = HEADS
    cells = [_cells(row) for row in found]
    if any(row.spread_ratio is not None for row in found):
        heads = (*HEADS, "spread")
        cells = [[*one, percent(row.spread_ratio)] for one, row in zip(cells, found, strict=True)]
    yield figures_table(heads, cells)
    told = [text for row in found for text in _told(row)]
    told += [text for one in outcomes(raw) for text in _ratios(one)]
    yield bullets(told, "")
    yield note(f"raw file: {raw.name}")


def comparison_parts(found: Comparison) -> Iterator[RenderableType]:
    """A comparison, or why there is none."""
    yield heading(f"{found.second} against {found.first}")
    if found.obstacles:
        yield bullets(("they cannot be compared", *found.obstacles), "")
        return
    yield words_table(("size", "first", "second", "ratio", "interval", ""), map(_pair, found.pairs))
    yield bullets(found.warnings, "")


def _cells(row: Row) -> list[str]:
    return [
        row.size,
        UNKNOWN if row.vcpus is None else f"{row.vcpus:g}",
        _calls(row),
        UNKNOWN if row.calls is None else f"{row.calls_low} to {row.calls_high}",
        UNKNOWN if row.rate_cps is None else f"{row.rate_cps:.4g}",
        row.limit.value if row.limit else UNKNOWN,
        f"{row.n} of {row.searches}",
        count(row.trials),
    ]


def _calls(row: Row) -> str:
    """The capacity, or what was proved at least."""
    if row.calls is not None:
        return f"{row.calls:.0f}"
    return UNKNOWN if row.at_least is None else f">= {row.at_least}"


def _told(row: Row) -> list[str]:
    texts = [*([row.limit_text] if row.limit_text else []), *row.warnings]
    if row.calls is None:
        texts = [calls_text(row), *texts]
    return [f"{row.size}: {text}" for text in texts]


def _ratios(outcome: Outcome) -> list[str]:
    """The calls behind each ratio at the lower bound."""
    return [
        f"{outcome.search.id}: {one.metric} {one.hits} of {one.of} calls at the lower bound, "
        f"95 % interval {one.low:.4f} to {one.high:.4f}"
        for one in outcome.ratios
        if one.low is not None and one.high is not None
    ]


def _pair(pair: Pair) -> list[str]:
    cells = [pair.first.size, calls_text(pair.first), calls_text(pair.second)]
    if pair.ratio is None:
        return [*cells, UNKNOWN, UNKNOWN, pair.why_not or ""]
    word = "differs" if pair.differs else "no difference that the bounds would show"
    return [*cells, f"{pair.ratio:.3f}", f"{pair.low:.3f} to {pair.high:.3f}", word]
