"""`voipprobe cloudwatch alarms`: alarms as code, planned, applied, taken away, tried out."""

import time
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

import click

from voipprobe.agent.config.read import read_fleet
from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.canonical import fields_of
from voipprobe.aws.alarms.definitions.load import load_definitions, shipped_definitions
from voipprobe.aws.alarms.deploy import apply_plans, connect, make_plans, simulate_fleet
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.aws.alarms.render import render
from voipprobe.aws.alarms.series import read_series
from voipprobe.aws.alarms.simulator.run import Simulation
from voipprobe.aws.alarms.simulator.states import State
from voipprobe.aws.planning.plan import Fields
from voipprobe.aws.planning.steps import Step
from voipprobe.cli.alarm_fleet import load_fleet
from voipprobe.cli.main import BROKEN, GOOD
from voipprobe.cli.recorded import recorded
from voipprobe.cli.render.alarm_states import simulation_parts
from voipprobe.cli.render.cloud_plan import plan_parts, step_line
from voipprobe.cli.render.console import make_console, show
from voipprobe.model.errors import ConfigError
from voipprobe.model.measurement import Measurement

FILE: Final = click.Path(dir_okay=False, path_type=Path)


def _fleet_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The fleet, and the definitions that are ours unless others are given."""
    config = click.option("--config", type=FILE, required=True, help="The fleet: FLEET.toml.")
    definitions = click.option(
        "--definitions", type=FILE, help="Alarm definitions instead of the shipped alarms.toml."
    )
    return config(definitions(function))


def _wanted(config: Path, definitions: Path | None) -> tuple[AlarmFleet, tuple[Alarm, ...]]:
    """The fleet with the alarms that it should have; definitions and fleet are both read."""
    fleet = load_fleet(config)
    return fleet, render(load_definitions(definitions or shipped_definitions()), fleet)


@click.group("alarms")
def command() -> None:
    """Alarms as code: what should be, what that changes, what it would have done.

    Exit codes: 0 done, or nothing to do; 1 with `plan --check` there is something to do, with
    `test` an expectation was not met; 2 wrong configuration, or an alarm that is not ours is in
    the way; 3 AWS refused or did not answer.
    """


@command.command("plan")
@_fleet_options
@click.option("--fields", is_flag=True, help="Every field of what is created.")
@click.option("--check", is_flag=True, help="Exit with 1 if there is something to do.")
def plan_alarms(config: Path, definitions: Path | None, fields: bool, check: bool) -> int:
    """Show what `apply` would do; change nothing."""
    plans = make_plans(*_wanted(config, definitions))
    show(make_console(), plan_parts(plans, fields=_fields if fields else None))
    for plan in plans:
        plan.require_allowed()
    return BROKEN if check and not all(plan.is_empty for plan in plans) else GOOD


@command.command("apply")
@_fleet_options
def apply_alarms(config: Path, definitions: Path | None) -> int:
    """Create, change and delete alarms of ours until they are as they should be."""
    clients = cache(connect)
    plans = make_plans(*_wanted(config, definitions), clients)
    show(make_console(), plan_parts(plans))
    apply_plans(plans, _done, clients)
    return GOOD


@command.command("destroy")
@click.option("--config", type=FILE, required=True, help="The fleet: FLEET.toml.")
@click.option("--yes", is_flag=True, help="Really delete; without it nothing is changed.")
@click.option("--dry-run", is_flag=True, help="Only show; this is so unless --yes is given.")
def destroy_alarms(config: Path, yes: bool, dry_run: bool) -> int:
    """Delete all alarms of ours. Without --yes it only shows which."""
    if yes and dry_run:
        raise click.UsageError("--yes and --dry-run exclude each other")
    clients = cache(connect)
    plans = make_plans(load_fleet(config), (), clients)
    show(make_console(), plan_parts(plans))
    if yes:
        apply_plans(plans, _done, clients)
    elif not all(plan.is_empty for plan in plans):
        click.echo("Nothing was deleted: this is a dry run, --yes deletes.")
    return GOOD


def _fields(alarm: Alarm) -> Fields:
    return fields_of(alarm.request)


def _done(step: Step) -> None:
    click.echo(step_line(step))


@command.command("test")
@_fleet_options
@click.option("--series", type=FILE,
              help="Measurements: TOML with [[measurement]], or a JSON object a line.")  # fmt: skip
@click.option("--state", "states", type=click.Path(path_type=Path), multiple=True,
              help="State folders of agents whose history is read instead (repeatable).  "
                   "[default: the fleet file's]")  # fmt: skip
@click.option("--since", "minutes", type=click.FloatRange(1, 43200), default=1440.0,
              show_default=True, help="How many minutes of the history.")  # fmt: skip
@click.option("--until", type=float, metavar="EPOCH_S",
              help="Evaluate until then; the last measurement if not given.")  # fmt: skip
@click.option("--expect", "expected", multiple=True, metavar="ALARM=STATE",
              help="What an alarm must end in; ALARM may have * in it. Else exit 1.")  # fmt: skip
@click.option("--first", is_flag=True, help="Show first states that are OK, too.")
def test_alarms(
    config: Path,
    definitions: Path | None,
    series: Path | None,
    states: tuple[Path, ...],
    minutes: float,
    until: float | None,
    expected: tuple[str, ...],
    first: bool,
) -> int:
    """Say when each alarm would have changed its state over the agents' history, or a series."""
    if series is not None and states:
        raise click.UsageError("--series and --state exclude each other")
    expectations = [_expectation(text) for text in expected]
    fleet, alarms = _wanted(config, definitions)
    measured = (
        read_series(series) if series is not None else _history(config, states, minutes, until)
    )
    simulations = simulate_fleet(fleet, alarms, measured, end=until)
    show(make_console(), simulation_parts(simulations, first=first))
    unmet = [told for one in expectations for told in _unmet(simulations, *one)]
    for told in unmet:
        click.echo(told)
    return BROKEN if unmet else GOOD


def _history(
    config: Path, states: tuple[Path, ...], minutes: float, until: float | None
) -> Iterator[Measurement]:
    end = time.time() if until is None else until
    folders = states or (read_fleet(config).agent.state,)
    return recorded(folders, end - 60.0 * minutes, end)


def _expectation(text: str) -> tuple[str, State]:
    pattern, _, state = text.rpartition("=")
    if not pattern or state not in tuple(State):
        states = ", ".join(State)
        raise ConfigError(f"--expect {text!r}: write ALARM=STATE, STATE one of {states}")
    return pattern, State(state)


def _unmet(simulations: Mapping[str, Simulation], pattern: str, state: State) -> list[str]:
    """Alarms of this pattern that do not end in this state; no alarm at all is unmet too."""
    found = {
        (region, name): ended
        for region, simulation in simulations.items()
        for name, ended in simulation.states.items()
        if fnmatchcase(name, pattern)
    }
    if not found:
        return [f"expected {pattern} {state}: there is no such alarm"]
    return [
        f"expected {name} in {region} {state}: it is {ended}"
        for (region, name), ended in found.items()
        if ended is not state
    ]
