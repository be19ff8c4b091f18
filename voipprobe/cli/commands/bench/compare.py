"""`voipprobe bench compare`."""

import json
from pathlib import Path

import click

from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.report.compare import Comparison, compare
from voipprobe.bench.report.document import comparison_document
from voipprobe.bench.report.markdown import comparison_markdown
from voipprobe.bench.runs import raw_file
from voipprobe.cli.main import GOOD, VOID

RUN = click.Path(path_type=Path, exists=True)


@click.command("compare")
@click.argument("first", metavar="A", type=RUN)
@click.argument("second", metavar="B", type=RUN)
@click.option(
    "--format", "style", type=click.Choice(["table", "json", "markdown"]), default="table"
)
def command(first: Path, second: Path, style: str) -> int:
    """Say how much more run B carries than run A, and whether their bounds allow to say so.

    Exit code 3: they cannot be compared, because call or objective are not the same.
    """
    found = compare(read_raw(raw_file(first)), read_raw(raw_file(second)))
    if style == "json":
        click.echo(json.dumps(comparison_document(found)))
    elif style == "markdown":
        click.echo(comparison_markdown(found))
    else:
        _print_table(found)
    return VOID if found.obstacles else GOOD


def _print_table(found: Comparison) -> None:
    from voipprobe.cli.render.bench import comparison_parts  # noqa: PLC0415 - rich is slow
    from voipprobe.cli.render.console import make_console, show  # noqa: PLC0415

    show(make_console(), comparison_parts(found))
