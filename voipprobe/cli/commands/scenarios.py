"""`voipprobe scenarios`: what calls can be placed."""

import click
from rich.table import Table

from voipprobe.cli.main import GOOD, WRONG_USE
from voipprobe.cli.render.console import make_console, show
from voipprobe.model.errors import ConfigError
from voipprobe.traffic.scenarios import Scenario, load_scenario, scenario_mistakes, scenario_names


@click.group("scenarios")
def command() -> None:
    """List, show and check the scenarios."""


@command.command("list")
def list_scenarios() -> int:
    """All scenarios with what they do."""
    table = Table(box=None, pad_edge=False)
    for title in ("name", "purpose", "parameters"):
        table.add_column(title)
    for name in scenario_names():
        manifest = load_scenario(name).manifest
        table.add_row(name, manifest.purpose, ", ".join(manifest.parameters) or "none")
    show(make_console(), [table])
    return GOOD


@command.command("show")
@click.argument("name")
@click.option("--xml", is_flag=True, help="The XML that SIPp gets, placeholders unfilled.")
def show_scenario(name: str, xml: bool) -> int:
    """What one scenario does and needs."""
    scenario = load_scenario(name)
    if xml:
        click.echo(scenario.path.read_text(), nl=False)
        return GOOD
    for key, value in _facts(scenario).items():
        click.echo(f"{key:<16}{value}")
    for key, parameter in scenario.manifest.parameters.items():
        unit = f" [{parameter.unit}]" if parameter.unit else ""
        click.echo(f"parameter       {key}={parameter.default}  {parameter.purpose}{unit}")
    return GOOD


def _facts(scenario: Scenario) -> dict[str, str]:
    manifest = scenario.manifest
    return {
        "name": scenario.name,
        "purpose": manifest.purpose,
        "request": f"{manifest.method} to user {manifest.user!r} unless the target names one",
        "should end": manifest.outcome.value,
        "media": "both ways" if manifest.media else "none",
        "transport": manifest.transport or "as the target says",
        "credentials": "needed" if manifest.credentials else "none",
        "SIPp features": ", ".join(manifest.features) or "none",
        "response times": ", ".join(manifest.response_times),
        "file": str(scenario.path),
    }


@command.command("check")
@click.argument("names", nargs=-1)
def check_scenarios(names: tuple[str, ...]) -> int:
    """Find mistakes in scenarios: shipped ones by name, your own by the path of the XML."""
    failed = False
    for name in names or scenario_names():
        try:
            mistakes = scenario_mistakes(load_scenario(name))
        except ConfigError as error:
            mistakes = [str(error)]
        failed = failed or bool(mistakes)
        for line in mistakes or [f"{name}: good"]:
            click.echo(line)
    return WRONG_USE if failed else GOOD
