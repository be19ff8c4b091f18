"""`voipprobe cloudwatch metrics`: the catalogue."""

import dataclasses
import json

import click

from voipprobe.cli.main import GOOD
from voipprobe.cli.render.cloudwatch import catalogue_tables
from voipprobe.cli.render.console import make_console, show
from voipprobe.metrics.catalogue import STATISTICS, SUBJECTS


@click.command("metrics")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def command(style: str) -> int:
    """List every metric that is published: name, unit, meaning, dimensions, statistics."""
    if style == "json":
        click.echo(json.dumps(catalogue_document(), indent=2))
    else:
        show(make_console(), catalogue_tables())
    return GOOD


def catalogue_document() -> list[dict[str, object]]:
    """The catalogue as JSON types."""
    return [
        {"subject": subject, **dataclasses.asdict(metric), "statistics": STATISTICS[metric.kind]}
        for subject, metrics in SUBJECTS.items()
        for metric in metrics
    ]
