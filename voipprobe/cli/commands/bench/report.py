"""`voipprobe bench report`."""

import json
from pathlib import Path

import click

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.document import report_document
from voipprobe.bench.report.markdown import run_markdown
from voipprobe.bench.report.rows import rows
from voipprobe.bench.runs import raw_file


@click.command("report")
@click.argument(
    "runs", metavar="RUN...", nargs=-1, required=True,
    type=click.Path(path_type=Path, exists=True),
)  # fmt: skip
@click.option(
    "--format", "style", type=click.Choice(["table", "json", "markdown"]), default="table"
)
def command(runs: tuple[Path, ...], style: str) -> int:
    """Show what each RUN (its folder) found: capacities with their bounds, and what limits.

    JSON is one document a line.
    """
    for run in runs:
        _print(read_raw(raw_file(run)), style)
    return 0


def _print(raw: RawRun, style: str) -> None:
    if style == "json":
        click.echo(json.dumps(report_document(raw)))
    elif style == "markdown":
        click.echo(run_markdown(raw.plan, rows(raw)))
    else:
        from voipprobe.cli.render.bench import report_parts  # noqa: PLC0415 - rich is slow
        from voipprobe.cli.render.console import make_console, show  # noqa: PLC0415

        show(make_console(), report_parts(raw))
