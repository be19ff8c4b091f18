"""The matrix of a mesh for a terminal: a row for each source, a column for each destination."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from voipprobe.cli.render.layout import clean, note
from voipprobe.cli.render.numbers import UNKNOWN, milliseconds, mos, percent
from voipprobe.cli.render.times import ago
from voipprobe.model.mesh import Mesh, MeshCell
from voipprobe.quality.mesh_colours import Colour, Limits, colour_of

STYLES: Final[Mapping[Colour, str]] = {
    Colour.GOOD: "green", Colour.WARNING: "yellow", Colour.CRITICAL: "bold red",
    Colour.UNKNOWN: "dim",
}  # fmt: skip
FIGURES: Final[Sequence[tuple[str, str, Callable[[float | None], str]]]] = (
    ("SER", "ser", percent),
    ("MOS", "mos", mos),
    ("loss", "loss_ratio", percent),
    (" there", "forward_loss_ratio", percent),
    (" back", "backward_loss_ratio", percent),
    ("jitter", "jitter_ms", milliseconds),
    ("rtt", "round_trip_ms", milliseconds),
    ("resent", "retransmission_ratio", percent),
)
"""What a cell shows: label, field, how it is written."""


def mesh_parts(mesh: Mesh, limits: Limits, now: float) -> Iterable[RenderableType]:
    """The matrix, and what its lines mean."""
    if not mesh.cells:
        yield Text("Nothing was measured in this time.")
        return
    sources = list(dict.fromkeys(cell.source for cell in mesh.cells))
    ends = sorted({*sources, *(cell.destination for cell in mesh.cells)})
    known = {(cell.source, cell.destination): cell for cell in mesh.cells}
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, show_lines=True,
                  header_style="")  # fmt: skip
    table.add_column("from \\ to", no_wrap=True)
    for end in ends:
        table.add_column(clean(end), no_wrap=True)
    for source in sources:
        cells = [_cell(known.get((source, end)), limits) for end in ends]
        table.add_row(_head(source, [c for c in mesh.cells if c.source == source], now), *cells)
    yield table
    yield Text()
    yield note(
        "SER mean of rounds; MOS 5th percentile; loss of the round trip, there and back apart; "
        "jitter 95th percentile; rtt median; resent SIP messages."
    )


def _head(source: str, cells: Sequence[MeshCell], now: float) -> Text:
    rounds, void = sum(cell.rounds for cell in cells), sum(cell.void for cell in cells)
    text = Text(clean(source), style="bold")
    text.append(f"\n{rounds} rounds", style="not bold dim")
    if void:
        text.append(f"\n{void} void", style="magenta not bold")
    newest = max(cell.last_at for cell in cells)
    text.append(f"\n{ago(newest, now)}", style="not bold dim")
    return text


def _cell(cell: MeshCell | None, limits: Limits) -> Text:
    if cell is None:
        return Text(UNKNOWN, style="dim")
    lines = []
    for label, field, written in FIGURES:
        value = getattr(cell, field)
        if value is None and label.startswith(" "):
            continue
        style = STYLES[colour_of(field, value, limits)]
        lines.append(Text.assemble((f"{label:<7}", "dim"), (f"{written(value):>8}", style)))
    return Text("\n").join(lines)
