"""`voipprobe cloudwatch`: its sub-commands, each in a module of this folder."""

from typing import Final

import click

from voipprobe.cli.lazy import LazyGroup

COMMANDS: Final = {
    "alarms": "Alarms as code: what should be, what that changes, what it would have done.",
    "cost": "Say what a fleet costs in CloudWatch in a month.",
    "dashboards": "Dashboards as code: what should be, what that changes, what it will look like.",
    "iam": "Print the policy that a role of ours needs, and no more.",
    "metrics": "List every metric that is published.",
}


@click.group("cloudwatch", cls=LazyGroup, package=__name__, lines=COMMANDS)
def command() -> None:
    """CloudWatch as code: what is published, what it costs, who may do what."""
