"""The injected truth beside the measured values, as a table for a terminal."""

from collections.abc import Iterable

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from mesh_demo.comparing import Comparison
from voipprobe.cli.render.numbers import milliseconds, percent


def comparison_parts(rows: Iterable[Comparison]) -> Iterable[RenderableType]:
    """One line for each directed path."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, header_style="")
    for heading, justify in (
        ("directed path", "left"), ("loss:\nrelay", "right"), ("\nthere", "right"),
        ("\nback", "right"), ("\ncloud", "right"), ("rtt:\nrelay", "right"),
        ("\nmeasured", "right"), ("\nverdict", "left"),
    ):  # fmt: skip
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type] # literals
    for one in rows:
        bad = 2 * one.failed_rounds > one.rounds
        table.add_row(
            f"{_short(one.source)} > {_short(one.destination)}",
            percent(one.relay_loss_ratio),
            percent(one.there_loss_ratio),
            percent(one.back_loss_ratio),
            percent(one.cloud_loss_ratio),
            milliseconds(one.relay_round_trip_ms),
            milliseconds(one.round_trip_ms),
            Text("fail" if bad else "pass", style="bold red" if bad else "green")
            + Text(f" {one.failed_rounds}/{one.rounds}", style="dim"),
        )
    yield table


def _short(region: str) -> str:
    """us-east-1 as east-1: all of them are in the US."""
    return region.removeprefix("us-")
