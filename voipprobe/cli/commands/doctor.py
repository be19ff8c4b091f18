"""`voipprobe doctor`: can this host measure?"""

import click
from rich.table import Table
from rich.text import Text

from voipprobe.cli.main import GOOD, VOID
from voipprobe.cli.render.console import make_console, show
from voipprobe.probe.doctor import Check, Health, examine

STYLE = {Health.GOOD: "green", Health.POOR: "yellow", Health.BAD: "red"}


@click.command("doctor")
def command() -> int:
    """Check tools, permissions and limits; say what to do.

    Exits with 3 when something is missing without which nothing can be measured.
    """
    checks = examine()
    show(make_console(), [_table(checks)])
    return VOID if any(check.health is Health.BAD for check in checks) else GOOD


def _table(checks: list[Check]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("check", "", "found", "what to do"):
        table.add_column(title)
    for check in checks:
        state = Text(check.health.value, style=STYLE[check.health])
        table.add_row(check.name, state, check.found, check.advice)
    return table
