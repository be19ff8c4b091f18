"""`voipprobe bench host`: what a benchmark runs on each of its hosts, by ssh."""

import click

from voipprobe.bench.remote.serve import serve
from voipprobe.cli.main import GOOD


@click.command("host", hidden=True)
def command() -> int:
    """Serve a benchmark on standard input and output, until the line breaks. Not for people."""
    serve()
    return GOOD
