"""`voipprobe analyze`: what happened in a capture."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from voipprobe.cli.analysing import PAGE_FILE, AnalyseOptions, analysed, judged, stored
from voipprobe.cli.exits import BY_STATUS
from voipprobe.cli.inputs import capture_paths, parse_buffer, parse_ports
from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.model.errors import ConfigError
from voipprobe.model.verdict import Verdict
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.thresholds import parse
from voipprobe.results.document import document_text

FORMATS = ("table", "json", "csv", "html")


@click.command("analyze", context_settings={"show_default": True})
@click.argument("captures", nargs=-1, metavar="[CAPTURE]...")
@click.option("--live", "interface", metavar="INTERFACE", help="Listen here instead.")
@click.option(
    "--duration",
    type=click.FloatRange(0.1, 86_400),
    help="Seconds to listen; else until Ctrl-C.",
)
@click.option("--format", "style", type=click.Choice(FORMATS), default="table")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Folder for run folders: result.json, Parquet tables, the HTML page if asked for.",
)
@click.option("--call", "call_id", metavar="ID", help="One call: its Call-ID or how that begins.")
@click.option(
    "--expect",
    "expectations",
    multiple=True,
    metavar="EXPR",
    help="A threshold, e.g. 'mos.p5>=4.0' (repeatable).",
)
@click.option(
    "--buffer", default="60", metavar="MS|adaptive", help="Playout buffer to assume for MOS."
)
@click.option(
    "--keylog",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TLS secrets (SSLKEYLOGFILE), to read SIP over TLS.",
)
@click.option(
    "--port",
    "ports",
    multiple=True,
    metavar="N=rtp|sip",
    help="What a port carries, where nothing else tells (repeatable).",
)
@click.option("--redact", is_flag=True, help="Mask users, numbers and credentials.")
@click.option("--quiet", is_flag=True, help="No progress and no table.")
def command(style: str, quiet: bool, **given: Any) -> int:
    """Say what happened in CAPTURE: calls, streams, quality, and what is wrong.

    Several files, or the captures in a folder, are read as one; - is standard input.
    """
    options = analyse_options(given, style)
    with _progress(options, quiet=quiet) as on_octets:
        analysis, detail = analysed(options, on_octets)
    verdict = judged(analysis, options.thresholds)
    page = _page(analysis, detail) if options.page and detail is not None else None
    folder = stored(options.output, analysis, page)
    if style != "table":
        _print_document(style, analysis, page, folder)
        for reason in verdict.reasons:
            click.echo(f"voipprobe: {verdict.status.value}: {reason}", err=True)
    elif not quiet:
        _print_tables(analysis, verdict, folder)
    return BY_STATUS[verdict.status]


def analyse_options(given: Mapping[str, Any], style: str) -> AnalyseOptions:
    """The command line as options.

    Raises:
        ConfigError: something in it is wrong.
    """
    captures, interface = given["captures"], given["interface"]
    if bool(captures) == bool(interface):
        raise ConfigError("name capture files, folders or - (standard input), or --live INTERFACE")
    if given["duration"] is not None and not interface:
        raise ConfigError("--duration goes with --live: a file is read to its end")
    return AnalyseOptions(
        paths=tuple(capture_paths(captures)),
        interface=interface,
        duration_s=given["duration"],
        thresholds=tuple(parse(text, KNOWN_METRICS) for text in given["expectations"]),
        buffer_ms=parse_buffer(given["buffer"]),
        ports=parse_ports(given["ports"]),
        keylog=given["keylog"],
        call_id=given["call_id"],
        output=given["output"],
        page=style == "html",
        redact=given["redact"],
    )


@contextlib.contextmanager
def _progress(options: AnalyseOptions, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar by bytes, on a terminal and where there are enough of them."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from voipprobe.cli.render.reading import reading_progress  # noqa: PLC0415 - rich is slow

    total = sum(path.stat().st_size for path in options.paths if path.is_file())
    with reading_progress(total) as on_octets:
        yield on_octets


def _page(analysis: Analysis, detail: AnalysisDetail) -> str:
    from voipprobe.results.html.page import html_page  # noqa: PLC0415 - for this format alone

    return html_page(analysis, detail)


def _print_tables(analysis: Analysis, verdict: Verdict, folder: Path | None) -> None:
    from voipprobe.cli.render.analysis import analysis_tables  # noqa: PLC0415 - rich is slow
    from voipprobe.cli.render.console import make_console, show  # noqa: PLC0415

    show(make_console(), analysis_tables(analysis, verdict, str(folder) if folder else None))


def _print_document(style: str, analysis: Analysis, page: str | None, folder: Path | None) -> None:
    """To standard output; where a folder has the page already, its path."""
    if page is not None:
        click.echo(f"{folder / PAGE_FILE}\n" if folder else page, nl=False)
        return
    click.echo(_csv(analysis) if style == "csv" else document_text(analysis), nl=False)


def _csv(analysis: Analysis) -> str:
    from voipprobe.results.csv import csv_text  # noqa: PLC0415 - for this format alone

    return csv_text(analysis)
