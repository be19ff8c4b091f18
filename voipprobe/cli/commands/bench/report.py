"""`voipprobe bench report`."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.caveats import ground_words
from voipprobe.bench.report.document import report_document
from voipprobe.bench.report.markdown import run_markdown
from voipprobe.bench.report.page import page
from voipprobe.bench.report.rows import rows
from voipprobe.bench.runs import raw_file
from voipprobe.model.errors import ConfigError
from voipprobe.results.files import write_private

FORMATS = ("table", "json", "markdown", "html")


@click.command("report")
@click.argument(
    "runs", metavar="RUN...", nargs=-1, required=True,
    type=click.Path(path_type=Path, exists=True),
)  # fmt: skip
@click.option("--format", "style", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for JSON, Markdown or HTML.  [default: standard output]",
)
def command(runs: tuple[Path, ...], style: str, output: Path | None) -> int:
    """Show what each RUN (its folder) found: capacities with their bounds, and what limits.

    JSON is one document a line. HTML is one page of all runs that opens without a network, with
    pictures, every trial, and what is needed to repeat it.
    """
    if style == "table" and output is not None:
        raise ConfigError("--output goes with --format json, markdown or html")
    found = [read_raw(raw_file(run)) for run in runs]
    if style == "table":
        _print_tables(found)
        return 0
    text = _text(found, style)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_private(output, text.encode())
    return 0


def _text(runs: Sequence[RawRun], style: str) -> str:
    if style == "html":
        return page(runs)
    if style == "json":
        return "".join(f"{json.dumps(report_document(raw))}\n" for raw in runs)
    return "\n".join(run_markdown(raw.plan, rows(raw), ground_words(raw)) for raw in runs)


def _print_tables(runs: Sequence[RawRun]) -> None:
    from voipprobe.cli.render.bench import report_parts  # noqa: PLC0415 - rich is slow
    from voipprobe.cli.render.console import make_console, show  # noqa: PLC0415

    console = make_console()
    for raw in runs:
        show(console, report_parts(raw))
