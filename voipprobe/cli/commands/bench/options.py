"""Options that the commands of a benchmark share."""

from pathlib import Path

import click

OUTPUT = Path("bench-runs")

plan = click.argument("file", metavar="PLAN", type=click.Path(path_type=Path))
output = click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=OUTPUT,
    show_default=True,
    help="Folder of all runs.",
)
quiet = click.option("--quiet", is_flag=True, help="No progress and no table.")
plain = click.option("--plain", is_flag=True, help="Lines instead of a live display.")
yes = click.option(
    "--yes", is_flag=True, help="Make instances, which cost money; without it a run on EC2 is dry."
)
provider = click.option(
    "--provider", type=click.Choice(["local", "ec2"]), help="Where it runs.  [default: the plan's]"
)
