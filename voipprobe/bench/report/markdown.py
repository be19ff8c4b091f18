"""Tables of a run for a pull request. Knows Markdown; figures come from `rows` and `compare`."""

from collections.abc import Iterable, Sequence

from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.report.compare import Comparison, Pair
from voipprobe.bench.report.rows import Row
from voipprobe.bench.report.words import rows_words

UNKNOWN = "-"
HEADS = (
    "size", "vCPU", "architecture", "concurrent calls", "bounds", "calls/s", "limit", "$/hour",
    "$/1000 call-hours", "n", "spread",
)  # fmt: skip


def run_markdown(plan: Plan, found: Sequence[Row], ground: str = "") -> str:
    """A run: what was measured, the table, what to mind, and on what ground it stands."""
    call, objective = plan.call, ", ".join(f"`{text}`" for text in plan.objective.thresholds)
    what = f"{call.scenario}, {call.codec}, {call.transport}, media {call.media}"
    lines = [
        f"### {_plain(plan.name)}: {plan.system.kind} on {plan.provider}",
        "",
        f"Calls of {call.hold_s:g} s ({what}), good when {objective}.",
        "",
        *_table(HEADS, (_cells(row) for row in found)),
        "",
    ]
    lines += [f"- {_plain(text)}" for text in rows_words(found)]
    lines += ["", _plain(ground)]
    return "\n".join(lines).rstrip() + "\n"


def comparison_markdown(found: Comparison) -> str:
    """A comparison, or why there is none."""
    lines = [f"### {_plain(found.second)} against {_plain(found.first)}", ""]
    if found.obstacles:
        lines += ["They cannot be compared:", ""]
        lines += [f"- {_plain(text)}" for text in found.obstacles]
        return "\n".join(lines) + "\n"
    lines += _table(("size", "first", "second", "ratio", "interval", ""), map(_pair, found.pairs))
    if found.warnings:
        lines += ["", *(f"- {_plain(text)}" for text in found.warnings)]
    return "\n".join(lines) + "\n"


def calls_text(row: Row) -> str:
    """A capacity, or what was said instead of one."""
    if row.calls is not None:
        return f"{row.calls:.0f}"
    end = max(row.ends, key=lambda one: row.ends[one], default="not begun")
    return end if row.at_least is None else f"{end} (carries {row.at_least})"


def _cells(row: Row) -> list[str]:
    return [
        row.size,
        _figure(row.vcpus, "g"),
        row.architecture or UNKNOWN,
        calls_text(row),
        UNKNOWN if row.calls is None else f"{row.calls_low} to {row.calls_high}",
        _figure(row.rate_cps, ".4g"),
        row.limit.value if row.limit else UNKNOWN,
        _figure(row.usd_per_hour, ".4f"),
        _figure(row.usd_per_1000_call_hours, ".3g"),
        f"{row.n} of {row.searches}",
        UNKNOWN if row.spread_ratio is None else f"{100 * row.spread_ratio:.1f} %",
    ]


def _pair(pair: Pair) -> list[str]:
    same = pair.first.size == pair.second.size
    size = pair.first.size if same else f"{pair.first.size} / {pair.second.size}"
    cells = [size, calls_text(pair.first), calls_text(pair.second)]
    if pair.ratio is None:
        return [*cells, UNKNOWN, UNKNOWN, pair.why_not or ""]
    word = "differs" if pair.differs else "no difference that the bounds would show"
    return [*cells, f"{pair.ratio:.3f}", f"{pair.low:.3f} to {pair.high:.3f}", word]


def _figure(value: float | None, form: str) -> str:
    return UNKNOWN if value is None else format(value, form)


def _table(heads: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(_plain(cell) for cell in cells)} |" for cells in body),
    ]


def _plain(text: str) -> str:
    """Text that cannot end a cell or begin markup."""
    return "".join(f"\\{one}" if one in "|`*<[\\" else one for one in " ".join(text.split()))
