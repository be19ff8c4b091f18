"""`voipprobe agent`: its sub-commands, each in a module of this folder."""

from typing import Final

import click

from voipprobe.cli.lazy import LazyGroup

COMMANDS: Final = {
    "check": "Check a fleet file: all mistakes at once, and what would run when.",
    "once": "Run each probe of this agent one time.",
    "run": "Measure every path again and again, until stopped.",
    "status": "Say what ran, what is next, and what waits to be published.",
}


@click.group("agent", cls=LazyGroup, package=__name__, lines=COMMANDS)
def command() -> None:
    """Measure every path of a fleet around the clock."""
