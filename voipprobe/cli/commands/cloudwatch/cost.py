"""`voipprobe cloudwatch cost`: series, requests and dollars a month."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import click
from click.core import ParameterSource

from voipprobe.aws.metrics.cost import Fleet, MonthlyCost, monthly_cost
from voipprobe.aws.metrics.prices import shipped_prices
from voipprobe.cli.cloud_fleet import load_cloud_fleet, size_of
from voipprobe.cli.main import GOOD
from voipprobe.cli.render.cloudwatch import cost_tables
from voipprobe.cli.render.console import make_console, show

COUNT = click.IntRange(min=0)


@click.command("cost", context_settings={"show_default": True})
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path),
              help="The fleet: FLEET.toml, instead of all the numbers below.")  # fmt: skip
@click.option("--paths", type=COUNT, help="Directed paths, each scenario one.")
@click.option("--agents", type=click.IntRange(min=1), help="That publish.")
@click.option("--iperf-paths", type=COUNT, default=0, help="Directed paths that iperf3 measures.")
@click.option("--interval", type=click.IntRange(min=1), default=60, metavar="SECONDS",
              help="Between two publications of an agent.")  # fmt: skip
@click.option("--alarm-metrics", type=COUNT, default=0, help="Metrics that alarms look at.")
@click.option("--anomaly-alarms", type=COUNT, default=0, help="Alarms on an anomaly band.")
@click.option("--composite-alarms", type=COUNT, default=0, help="Alarms on alarms.")
@click.option("--dashboards", type=COUNT, default=0)
@click.option("--free-tier", is_flag=True, help="Take off what an account has for nothing.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def command(config: Path | None, free_tier: bool, style: str, **sizes: int | None) -> int:
    """Say what a fleet costs in CloudWatch in a month, at most.

    Give the fleet file, and its alarms and dashboards are counted too, or the numbers. Prices
    are those of us-east-1 from the table that is shipped; its date is shown.
    """
    show_cost(_size(config, sizes), free_tier=free_tier, style=style)
    return GOOD


def _size(config: Path | None, sizes: Mapping[str, int | None]) -> Fleet:
    context = click.get_current_context()
    given = [name for name in sizes
             if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]  # fmt: skip
    if config is not None:
        if given:
            named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
            raise click.UsageError(f"--config says it all: leave out {named}")
        return size_of(load_cloud_fleet(config))
    if sizes["paths"] is None or sizes["agents"] is None:
        raise click.UsageError("say --config FLEET.toml, or --paths and --agents")
    numbers = {name: number or 0 for name, number in sizes.items()}
    return Fleet(interval_s=float(numbers.pop("interval")), **numbers)


def show_cost(fleet: Fleet, *, free_tier: bool, style: str) -> None:
    """Print what a fleet costs.

    Args:
        fleet: its size.
        free_tier: take off what an account has for nothing.
        style: "table" or "json".
    """
    cost = monthly_cost(fleet, shipped_prices(), free_tier=free_tier)
    if style == "json":
        click.echo(json.dumps(_document(fleet, cost), indent=2))
    else:
        show(make_console(), cost_tables(cost))


def _document(fleet: Fleet, cost: MonthlyCost) -> dict[str, object]:
    return {"fleet": dataclasses.asdict(fleet), **dataclasses.asdict(cost)}
