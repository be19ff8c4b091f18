"""The table of a benchmark's sizes, as wide as the terminal allows.

Knows rich and the rows of a report; computes nothing. A column in which nothing is known of any
size is left out; where there is no room for the rest, some are left out and named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table

from voipprobe.bench.report.rows import Row
from voipprobe.cli.render.layout import note, plain_table
from voipprobe.cli.render.numbers import UNKNOWN, count

ALWAYS: Final = ("size", "calls", "bounds", "limit", "n")
LEFT_OUT_FIRST: Final = (
    "trials", "RTP packets/s", "architecture", "calls/s", "vCPU", "instance type", "spread",
    "$/hour",
)  # fmt: skip
ROOM: Final = 10_000
"""Wide enough for any table: what it would take is asked for."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `words` stand left, figures right."""

    head: str
    cells: tuple[str, ...]
    words: bool = False


class SizesTable:
    """A renderable that leaves columns out until it fits."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._columns = tuple(
            one for one in _columns(rows) if one.head in ALWAYS or set(one.cells) != {UNKNOWN}
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown, left_out = list(self._columns), []
        for head in LEFT_OUT_FIRST:
            if _width(_table(shown), console, options) <= options.max_width:
                break
            left_out += [one.head for one in shown if one.head == head]
            shown = [one for one in shown if one.head != head]
        yield _table(shown)
        if left_out:
            yield note(f"not shown at this width: {', '.join(reversed(left_out))}")


def _width(table: Table, console: Console, options: ConsoleOptions) -> int:
    return console.measure(table, options=options.update(max_width=ROOM)).maximum


def _table(columns: Sequence[Column]) -> Table:
    table = plain_table()
    for column in columns:
        head = column.head.replace(" ", "\n")  # heads are wider than what stands below them
        table.add_column(head, justify="left" if column.words else "right")
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    return table


def _columns(rows: Sequence[Row]) -> list[Column]:
    def column(head: str, cells: Sequence[str], *, words: bool = False) -> Column:
        return Column(head, tuple(cells), words)

    return [
        column("size", [row.size for row in rows], words=True),
        column("instance type", [_type(row) for row in rows], words=True),
        column("vCPU", [_figure(row.vcpus, "g") for row in rows]),
        column("architecture", [row.architecture or UNKNOWN for row in rows], words=True),
        column("calls", [_figure(row.calls, ",.0f") for row in rows]),
        column("bounds", [_bounds(row) for row in rows]),
        column("spread", [_spread(row) for row in rows]),
        column("calls/s", [_figure(row.rate_cps, ",.4g") for row in rows]),
        column("RTP packets/s", [_figure(row.packets_per_s, ",.0f") for row in rows]),
        column("limit", [_limit(row) for row in rows], words=True),
        column("$/hour", [_figure(row.usd_per_hour, ".4f") for row in rows]),
        column("$/1000 call-hours", [_figure(row.usd_per_1000_call_hours, ".3g") for row in rows]),
        column("n", [f"{row.n}/{row.searches}" for row in rows]),
        column("trials", [count(row.trials) for row in rows]),
    ]


def _type(row: Row) -> str:
    """Where it says more than the size."""
    return row.instance_type if row.instance_type not in {None, row.size} else UNKNOWN


def _bounds(row: Row) -> str:
    """Of a capacity; where there is none, what was proved at least."""
    if row.calls is not None:
        return f"{row.calls_low:,}{UNKNOWN}{row.calls_high:,}"
    return UNKNOWN if row.at_least is None else f"\N{GREATER-THAN OR EQUAL TO} {row.at_least:,}"


def _limit(row: Row) -> str:
    """What limited it; where there is no capacity, how the searches ended."""
    if row.calls is not None:
        return row.limit.value if row.limit else UNKNOWN
    return max(row.ends, key=lambda end: row.ends[end], default="not begun")


def _spread(row: Row) -> str:
    return UNKNOWN if row.spread_ratio is None else f"{100 * row.spread_ratio:.1f} %"


def _figure(value: float | None, form: str) -> str:
    return UNKNOWN if value is None else format(value, form)
