"""Options that the commands of an agent share."""

from pathlib import Path

import click

config = click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    default=Path("/etc/voipprobe/fleet.toml"),
    show_default=True,
    help="The fleet file.",
)
state = click.option(
    "--state", type=click.Path(path_type=Path), help="State folder.  [default: the file's]"
)
name = click.option(
    "--name", help="Which [[peer]] this host is.  [default: by EC2 metadata or address]"
)
