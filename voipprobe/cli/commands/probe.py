"""`voipprobe probe`: one measured round of calls."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from voipprobe.cli.exits import exit_code
from voipprobe.cli.render.console import make_console, show
from voipprobe.cli.render.probe import probe_tables
from voipprobe.cli.render.progress import ProbeProgress
from voipprobe.model.errors import ConfigError
from voipprobe.model.probe import ProbeResult
from voipprobe.model.target import TRANSPORTS, parse_target
from voipprobe.probe.load import plan_load
from voipprobe.probe.options import ProbeOptions
from voipprobe.probe.run import run_probe
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.thresholds import parse
from voipprobe.results.document import document_text
from voipprobe.results.junit import junit_xml
from voipprobe.traffic.credentials import read_credentials
from voipprobe.traffic.sipp.statistics import Statistics


@click.command("probe", context_settings={"show_default": True})
@click.argument("target")
@click.option("--scenario", default="call", help="Its name, or the path of an XML file.")
@click.option("--calls", type=int, help="Calls to place.  [default: 10]")
@click.option("--rate", type=float, help="New calls per second.  [default: 5]")
@click.option("--hold", type=float, help="Seconds that each call is held.  [default: 5]")
@click.option("--concurrent", type=int, help="Open calls to reach: rate x hold.")
@click.option("--transport", type=click.Choice(TRANSPORTS), help="[default: as the URI says]")
@click.option("--codec", type=click.Choice(["pcmu", "pcma"]), default="pcmu")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the scenario (repeatable).",
)
@click.option("--next-hop", metavar="HOST[:PORT]", help="Send requests here, not to the target.")
@click.option("--local-address", metavar="IP", help="Call from this address of ours.")
@click.option("--interface", help="Capture on this interface.")
@click.option(
    "--expect",
    "expectations",
    multiple=True,
    metavar="EXPR",
    help="A threshold, e.g. 'mos.p5>=4.0' (repeatable).",
)
@click.option(
    "--answer-timeout",
    type=click.FloatRange(0.1, 3600),
    default=10.0,
    help="Longest wait for a SIP message, in seconds.",
)
@click.option(
    "--buffer",
    "buffer_ms",
    type=click.FloatRange(0, 1000),
    default=60.0,
    help="Playout buffer to assume for MOS, in ms.",
)
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    help="TOML file with username and password; else $VOIPPROBE_USERNAME, $VOIPPROBE_PASSWORD.",
)
@click.option(
    "--iperf",
    "iperf_s",
    type=click.IntRange(1, 3600),
    help="Also run iperf3 over UDP for so many seconds.",
)
@click.option("--iperf-port", type=click.IntRange(1, 65535), default=5201)
@click.option(
    "--keep-capture",
    type=click.Choice(["always", "failed", "never"]),
    default="failed",
    help="When to keep the packets; they hold what was said.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    help="Folder for run folders.",
)
@click.option("--format", "style", type=click.Choice(["table", "json", "junit"]), default="table")
@click.option("--quiet", is_flag=True, help="No progress and no table.")
def command(style: str, quiet: bool, **given: Any) -> int:
    """Place calls to TARGET and say how good they were.

    TARGET is sip:user@host:port;transport=udp|tcp|tls, or host[:port].
    """
    options = probe_options(given, os.environ)
    result = _with_progress(options, quiet=quiet or (style != "table" and not sys.stderr.isatty()))
    _print(result, style, quiet)
    return exit_code(result)


def probe_options(given: Mapping[str, Any], environment: Mapping[str, str]) -> ProbeOptions:
    """The command line as the options of a probe.

    Raises:
        ConfigError: something in it is wrong.
    """
    next_hop = given["next_hop"]
    return ProbeOptions(
        target=parse_target(given["target"], transport=given["transport"]),
        scenario=given["scenario"],
        load=plan_load(
            calls=given["calls"],
            rate_cps=given["rate"],
            hold_s=given["hold"],
            concurrent=given["concurrent"],
        ),
        codec=given["codec"],
        output=given["output"],
        parameters=dict(_parameter(text) for text in given["parameters"]),
        next_hop=parse_target(next_hop) if next_hop else None,
        local_address=given["local_address"],
        interface=given["interface"],
        expectations=tuple(parse(text, KNOWN_METRICS) for text in given["expectations"]),
        keep_capture=given["keep_capture"],
        answer_timeout_s=given["answer_timeout"],
        buffer_ms=given["buffer_ms"],
        credentials=read_credentials(given["credentials"], environment),
        iperf_s=given["iperf_s"],
        iperf_port=given["iperf_port"],
    )


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(f"--param {text!r} is not NAME=VALUE")
    return name, value


def _with_progress(options: ProbeOptions, *, quiet: bool) -> ProbeResult:
    started = time.monotonic()
    with ProbeProgress(options.load.calls, quiet=quiet) as progress, _terminable():

        def tell(row: Statistics) -> None:
            progress.update(row.created, row.open, row.failed, time.monotonic() - started)

        return run_probe(options, on_statistics=tell)


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends calls as gracefully as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _print(result: ProbeResult, style: str, quiet: bool) -> None:
    if style == "json":
        click.echo(document_text(result), nl=False)
    elif style == "junit":
        click.echo(junit_xml(result))
    elif not quiet:
        show(make_console(), probe_tables(result))
