"""`voipprobe agent once`."""

import dataclasses
import json
from pathlib import Path

import click

from voipprobe.agent.service.once import run_once
from voipprobe.agent.service.settings import read_settings
from voipprobe.agent.store.records import Grade, Round
from voipprobe.cli.commands.agent import options
from voipprobe.cli.main import BROKEN, GOOD, INTERRUPTED, VOID
from voipprobe.cli.render.agent import rounds_parts
from voipprobe.cli.render.console import make_console, show


@click.command("once")
@options.config
@options.name
@options.state
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def command(file: Path, name: str | None, state: Path | None, style: str) -> int:
    """Run each probe of this agent one time, and say how it went.

    Nothing is stored or published; an agent that runs may go on. The exit code is the worst of
    the rounds: 1 a threshold was broken, 3 one could not measure.
    """
    settings = read_settings(file, name, state)
    rounds = run_once(settings, on_round=lambda one: _say(one, style))
    if style == "table":
        show(make_console(), rounds_parts(rounds))
    return exit_code(rounds, len(settings.works))


def _say(one: Round, style: str) -> None:
    if style == "json":
        click.echo(json.dumps({"schema": "voipprobe.round/1", **dataclasses.asdict(one)}))


def exit_code(rounds: list[Round], wanted: int) -> int:
    """The worst of the rounds; interrupted where some are missing."""
    if len(rounds) < wanted:
        return INTERRUPTED
    grades = {one.grade for one in rounds}
    if Grade.FAIL in grades:
        return BROKEN
    return VOID if Grade.VOID in grades else GOOD
