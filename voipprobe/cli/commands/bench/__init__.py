"""`voipprobe bench`: its sub-commands, each in a module of this folder."""

from typing import Final

import click

from voipprobe.cli.lazy import LazyGroup

COMMANDS: Final = {
    "baseline": "Find what the generators carry without the system under test.",
    "compare": "Say whether one run carries more than another.",
    "reap": "Remove what benchmarks have left on EC2.",
    "report": "Show what runs found, from their raw files.",
    "run": "Find how many concurrent calls a system carries.",
}
UNLISTED: Final = frozenset({"host"})


@click.group("bench", cls=LazyGroup, package=__name__, lines=COMMANDS, unlisted=UNLISTED)
def command() -> None:
    """Find how many concurrent calls a system carries, and what limits it."""
