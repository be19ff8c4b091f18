"""`voipprobe cloudwatch dashboards`: as code, planned, applied, taken away, previewed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from voipprobe.aws.alarms.render import render
from voipprobe.aws.dashboards.dashboard import Dashboard
from voipprobe.aws.dashboards.deploy import apply_dashboards, plan_dashboards
from voipprobe.aws.dashboards.existing import read_account
from voipprobe.aws.dashboards.fields import fields_of
from voipprobe.aws.dashboards.preview.build import LONGEST_PERIOD_S, preview
from voipprobe.aws.dashboards.status import Account
from voipprobe.aws.planning.plan import Fields
from voipprobe.aws.planning.steps import Step
from voipprobe.aws.regions import require_region
from voipprobe.aws.session import client
from voipprobe.cli.cloud_fleet import CloudFleet, dashboards_of, load_cloud_fleet
from voipprobe.cli.main import BROKEN, GOOD
from voipprobe.cli.recorded import recorded
from voipprobe.cli.render.cloud_plan import plan_parts, step_line
from voipprobe.cli.render.console import make_console, show
from voipprobe.cli.render.layout import clean
from voipprobe.results.files import write_private
from voipprobe.results.html.dashboards_page import dashboards_page

NOBODY: Final = Account(number="0" * 12)
"""A preview asks no account who it is."""
FILE: Final = click.Path(dir_okay=False, path_type=Path)
FOLDER: Final = click.Path(file_okay=False, path_type=Path)


def _fleet_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The fleet, and the definitions and templates that are ours unless others are given."""
    for option in (
        click.option("--templates", type=FOLDER, help="Templates instead of the shipped ones."),
        click.option(
            "--definitions", type=FILE, help="Alarm definitions instead of the shipped alarms.toml."
        ),
        click.option("--config", type=FILE, required=True, help="The fleet: FLEET.toml."),
    ):
        function = option(function)
    return function


@click.group("dashboards")
def command() -> None:
    """Dashboards as code: what should be, what that changes, what it will look like.

    Exit codes: 0 done, or nothing to do; 1 with `plan --check` there is something to do; 2 wrong
    configuration, or a dashboard that is not ours is in the way; 3 AWS refused or did not answer.
    """


@command.command("plan")
@_fleet_options
@click.option("--fields", is_flag=True, help="Every field of what is created.")
@click.option("--check", is_flag=True, help="Exit with 1 if there is something to do.")
def plan_command(
    config: Path, definitions: Path | None, templates: Path | None, fields: bool, check: bool
) -> int:
    """Show what `apply` would do; change nothing."""
    fleet = load_cloud_fleet(config, definitions, templates)
    cloudwatch, wanted = _wanted(fleet)
    plan = plan_dashboards(cloudwatch, fleet.dashboards.prefix, wanted)
    show(make_console(), plan_parts([plan], fields=_fields if fields else None))
    plan.require_allowed()
    return BROKEN if check and not plan.is_empty else GOOD


@command.command("apply")
@_fleet_options
def apply_command(config: Path, definitions: Path | None, templates: Path | None) -> int:
    """Create, change and delete dashboards of ours until they are as they should be."""
    fleet = load_cloud_fleet(config, definitions, templates)
    cloudwatch, wanted = _wanted(fleet)
    plan = plan_dashboards(cloudwatch, fleet.dashboards.prefix, wanted)
    show(make_console(), plan_parts([plan]))
    apply_dashboards(cloudwatch, plan, _done)
    return GOOD


@command.command("destroy")
@click.option("--config", type=FILE, required=True, help="The fleet: FLEET.toml.")
@click.option("--yes", is_flag=True, help="Really delete; without it nothing is changed.")
@click.option("--dry-run", is_flag=True, help="Only show; this is so unless --yes is given.")
def destroy_command(config: Path, yes: bool, dry_run: bool) -> int:
    """Delete all dashboards of ours. Without --yes it only shows which."""
    if yes and dry_run:
        raise click.UsageError("--yes and --dry-run exclude each other")
    fleet = load_cloud_fleet(config)
    cloudwatch = _client(fleet)
    plan = plan_dashboards(cloudwatch, fleet.dashboards.prefix, ())
    show(make_console(), plan_parts([plan]))
    if yes:
        apply_dashboards(cloudwatch, plan, _done)
    elif not plan.is_empty:
        click.echo("Nothing was deleted: this is a dry run, --yes deletes.")
    return GOOD


def _client(fleet: CloudFleet) -> Any:
    for region in fleet.alarms.regions:
        require_region(region, "cloudwatch")
    return client("cloudwatch", region=fleet.alarms.regions[0])


def _wanted(fleet: CloudFleet) -> tuple[Any, tuple[Dashboard, ...]]:
    """A client of CloudWatch, and the dashboards that should be in its account."""
    cloudwatch = _client(fleet)
    account = read_account(client("sts", region=fleet.alarms.regions[0]))
    return cloudwatch, dashboards_of(fleet, account)


def _fields(dashboard: Dashboard) -> Fields:
    return fields_of(dashboard.body)


def _done(step: Step, remarks: tuple[str, ...]) -> None:
    click.echo(step_line(step))
    for told in remarks:
        click.echo(f"    CloudWatch remarks: {clean(told)}")


@command.command("preview", context_settings={"show_default": True})
@_fleet_options
@click.option("--state", "states", type=FOLDER, multiple=True,
              help="State folders of agents whose history is shown (repeatable).  "
                   "[default: the fleet file's]")  # fmt: skip
@click.option("--since", "minutes", type=click.FloatRange(1, 43200), default=180.0,
              help="How many minutes back.")  # fmt: skip
@click.option("--until", type=float, metavar="EPOCH_S", help="The end; now if not given.")
@click.option("--output", type=FILE, default=Path("voipprobe-dashboards.html"),
              help="The page: one file that needs no network.")  # fmt: skip
def preview_command(
    config: Path,
    definitions: Path | None,
    templates: Path | None,
    states: tuple[Path, ...],
    minutes: float,
    until: float | None,
    output: Path,
) -> int:
    """Draw the same dashboards from the agents' history into a page; needs no AWS."""
    fleet = load_cloud_fleet(config, definitions, templates)
    end = time.time() if until is None else until
    since = end - 60.0 * minutes
    made = preview(
        fleet.alarms,
        dashboards_of(fleet, NOBODY),
        render(fleet.definitions, fleet.alarms),
        recorded(states or (fleet.file.agent.state,), since - LONGEST_PERIOD_S, end),
        since=since,
        until=end,
    )
    write_private(output, dashboards_page(made).encode())
    click.echo(f"{output}: {len(made.dashboards)} dashboards, {made.measured} measurements")
    if not made.measured:
        click.echo("Nothing was measured in this time: every graph is empty, and says so.")
    return GOOD
