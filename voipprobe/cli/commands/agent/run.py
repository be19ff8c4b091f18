"""`voipprobe agent run`."""

from pathlib import Path

import click

from voipprobe.agent.log import Log
from voipprobe.agent.service.agent import Agent
from voipprobe.agent.service.lock import take_lock
from voipprobe.agent.service.settings import Settings, read_settings
from voipprobe.cli.commands.agent import options


@click.command("run")
@options.config
@options.name
@options.state
def command(file: Path, name: str | None, state: Path | None) -> None:
    """Measure every path again and again, until SIGTERM or Ctrl-C.

    SIGHUP reads the fleet file again. One line a round goes to standard error.
    """

    def read() -> Settings:
        return read_settings(file, name, state)

    settings = read()
    with take_lock(settings.state):
        Agent(settings, read, Log(settings.fleet.agent.log)).run()
