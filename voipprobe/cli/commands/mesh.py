"""`voipprobe mesh`: the matrix of source x destination."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
from rich.console import Group
from rich.live import Live

from voipprobe.agent.config.check import ROUND_METRICS
from voipprobe.agent.config.plan import all_paths
from voipprobe.agent.config.read import read_fleet
from voipprobe.agent.config.sections import FleetFile
from voipprobe.cli.recorded import recorded
from voipprobe.cli.render.console import make_console, show
from voipprobe.cli.render.layout import note
from voipprobe.cli.render.mesh import mesh_parts
from voipprobe.metrics.matrix import mesh_cells
from voipprobe.model.errors import ConfigError
from voipprobe.model.measurement import Measurement
from voipprobe.model.mesh import MESH_SCHEMA, Mesh
from voipprobe.quality.mesh_colours import Limits, limits_of
from voipprobe.quality.thresholds import parse
from voipprobe.results.document import document_text


@click.command("mesh", context_settings={"show_default": True})
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    default=Path("/etc/voipprobe/fleet.toml"),
    help="The fleet file: where the history lies, and the thresholds of the colours.",
)
@click.option(
    "--state",
    "states",
    type=click.Path(path_type=Path),
    multiple=True,
    help="State folders of agents to read (repeatable).  [default: the file's]",
)
@click.option(
    "--source",
    type=click.Choice(["history", "cloudwatch"]),
    default="history",
    help="CloudWatch knows all agents, the history of an agent its own paths.",
)
@click.option("--since", "minutes", type=click.FloatRange(1, 43200), default=60.0,
              help="How many minutes back.")  # fmt: skip
@click.option("--scenario", help="Only this one.  [default: all together]")
@click.option("--watch", is_flag=True, help="Show it again every few seconds, until Ctrl-C.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def command(
    file: Path,
    states: tuple[Path, ...],
    source: str,
    minutes: float,
    scenario: str | None,
    watch: bool,
    style: str,
) -> None:
    """Show how every path between agents did: SER, MOS, loss, jitter, round trip, resent SIP."""
    fleet = read_fleet(file)
    folders = states or (fleet.agent.state,)

    def look() -> tuple[Mesh, Sequence[str]]:
        until = time.time()
        since = until - 60.0 * minutes
        if source == "cloudwatch":
            found, complaints = _from_cloudwatch(fleet, file, since, until)
        else:
            found, complaints = recorded(folders, since), ()
        cells = mesh_cells(found, scenario=scenario)
        return Mesh(schema=MESH_SCHEMA, since_at=since, until_at=until, cells=cells), complaints

    if watch and style == "table":
        _watch(look, _limits(fleet), 60.0 if source == "cloudwatch" else 5.0)
        return
    mesh, complaints = look()
    for told in complaints:
        click.echo(f"voipprobe: {told}", err=True)
    if style == "json":
        click.echo(document_text(mesh), nl=False)
    else:
        show(make_console(), mesh_parts(mesh, _limits(fleet), time.time()))


def _limits(fleet: FleetFile) -> Limits:
    warning = [text for probe in fleet.probe for text in probe.warning]
    critical = [text for probe in fleet.probe for text in probe.critical]
    return limits_of(
        [parse(text, ROUND_METRICS) for text in warning],
        [parse(text, ROUND_METRICS) for text in critical],
    )


def _watch(look: Callable[[], tuple[Mesh, Sequence[str]]], limits: Limits, every_s: float) -> None:
    console = make_console()
    with Live(console=console, screen=console.is_terminal, auto_refresh=False) as live:
        while True:
            mesh, complaints = look()
            parts = [*mesh_parts(mesh, limits, time.time()), *map(note, complaints)]
            live.update(Group(*parts), refresh=True)
            time.sleep(every_s)


def _from_cloudwatch(
    fleet: FleetFile, file: Path, since: float, until: float
) -> tuple[Iterable[Measurement], Sequence[str]]:
    # here, because most meshes are read from a history and need no boto3
    from voipprobe.aws.metrics.mesh import read_mesh  # noqa: PLC0415

    cloudwatch = fleet.publish.cloudwatch
    if cloudwatch is None:
        raise ConfigError(f"{file}: has no [publish.cloudwatch]: nothing is published there")
    regions = {peer.name: cloudwatch.region or peer.region for peer in fleet.peer}
    paths = [(path, regions[path.source]) for path in all_paths(fleet)]
    reading = read_mesh(cloudwatch.namespace, paths, since, until)
    return reading.measurements, reading.complaints
