"""`voipprobe analyze`: what happened in a capture."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from voipprobe.cli.analysing import AnalyseOptions, analysed, judged, stored
from voipprobe.cli.exits import BY_STATUS
from voipprobe.cli.inputs import capture_paths, parse_buffer, parse_ports
from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.model.errors import ConfigError
from voipprobe.model.verdict import Verdict
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.thresholds import parse

FORMATS = ("table", "json", "csv", "html")


@click.command("analyze", context_settings={"show_default": True})
@click.argument("captures", nargs=-1, metavar="CAPTURE...")
@click.option("--format", "style", type=click.Choice(FORMATS), default="table")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Folder for run folders: result.json, Parquet tables, the HTML page if asked for.",
)
@click.option("--call", "call_id", metavar="ID", help="This call alone: its Call-ID or how it begins.")
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
@click.option("--quiet", is_flag=True, help="No progress and no table.")
def command(style: str, quiet: bool, **given: Any) -> int:
    """Say what happened in CAPTURE: calls, streams, quality, and what is wrong.

    Several files, or the captures in a folder, are read as one; - is standard input.
    """
    options = analyse_options(given, style)
    analysis, detail = analysed(options, quiet=quiet or not sys.stderr.isatty())
    verdict = judged(analysis, options.thresholds)
    folder = stored(options, analysis, detail)
    _print(style, quiet, analysis, detail, verdict, folder)
    return BY_STATUS[verdict.status]


def analyse_options(given: Mapping[str, Any], style: str) -> AnalyseOptions:
    """The command line as options.

    Raises:
        ConfigError: something in it is wrong.
    """
    if not given["captures"]:
        raise ConfigError("what shall be analysed? Name a capture file, a folder, or - for stdin")
    return AnalyseOptions(
        paths=tuple(capture_paths(given["captures"])),
        thresholds=tuple(parse(text, KNOWN_METRICS) for text in given["expectations"]),
        buffer_ms=parse_buffer(given["buffer"]),
        ports=parse_ports(given["ports"]),
        keylog=given["keylog"],
        call_id=given["call_id"],
        output=given["output"],
        html=style == "html",
    )


def _print(
    style: str,
    quiet: bool,
    analysis: Analysis,
    detail: AnalysisDetail | None,
    verdict: Verdict,
    folder: Path | None,
) -> None:
    """Each format's own modules are loaded for it alone: they are half of the start-up."""
    ...
