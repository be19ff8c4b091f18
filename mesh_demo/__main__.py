"""`python -m mesh_demo`: four Regions on this machine, and what the agents see of them."""

import sys
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console

from mesh_demo import cloud
from mesh_demo.agents import Load, fleet
from mesh_demo.alarming import record, transitions, went_as_it_should
from mesh_demo.comparing import Comparison, failing
from mesh_demo.network import mesh
from mesh_demo.show import comparison_parts
from mesh_demo.story import DEGRADED, Chapter, chapter
from mesh_demo.story import measured as everything
from voipprobe.aws.alarms.simulator.run import Transition
from voipprobe.cli.render.console import make_console, show
from voipprobe.cli.render.mesh import mesh_parts
from voipprobe.cli.render.times import clock
from voipprobe.model.errors import VoipprobeError
from voipprobe.quality.mesh_colours import Limits

RECOVERY_S = 180.0


@click.command(context_settings={"show_default": True})
@click.option(
    "--good", "good_s", default=120.0, help="Seconds before a path is made worse; 0: at once."
)
@click.option("--bad", "bad_s", default=60.0, help="Seconds after it.")
@click.option("--seed", default=1, help="Decides which packets are lost.")
@click.option("--loss", default=0.05, help="Loss of the worse path (0..1).")
@click.option("--delay", default=80.0, help="What the worse path delays more, in ms.")
@click.option("--alarms", is_flag=True, help="Let it recover, and say what alarms would have done.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep states and logs here.")
def main(
    good_s: float,
    bad_s: float,
    seed: int,
    loss: float,
    delay: float,
    alarms: bool,
    folder: Path | None,
) -> None:
    """Four agents in four namespaces call each other through a relay that knows the truth."""
    try:
        with tempfile.TemporaryDirectory(prefix="voipprobe-mesh-demo-") as temporary:
            place = folder or Path(temporary)
            place.mkdir(parents=True, exist_ok=True)
            sys.exit(_play(place, good_s, bad_s, seed, loss, delay, alarms=alarms))
    except VoipprobeError as error:
        click.echo(f"mesh-demo: {error}", err=True)
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)


def _play(
    folder: Path,
    good_s: float,
    bad_s: float,
    seed: int,
    loss: float,
    delay_ms: float,
    *,
    alarms: bool,
) -> int:
    notes = Console(stderr=True, highlight=False)
    with mesh(seed=seed) as net, cloud.cloud(net, folder):
        notes.print("four namespaces, a relay and a moto server are up; agents are starting")
        with fleet(net, folder, Load(), cloud.environment(net)) as agents, notes.status("") as line:

            def tick(left_s: float) -> None:
                line.update(f"agents call each other: {left_s:.0f} s to go")

            good: tuple[Comparison, ...] = ()
            if good_s > 0:
                usually = chapter(net, agents, length_s=good_s, on_tick=tick)
                _show("As the network is", usually)
                good = usually.rows
            usual = net.impairment(*DEGRADED)
            net.impair(*DEGRADED, usual.worse(loss_ratio=loss, delay_ms=delay_ms))
            notes.print(f"\n{' > '.join(DEGRADED)}: now {net.impairment(*DEGRADED)}\n")
            bad = chapter(net, agents, length_s=bad_s, on_tick=tick)
            _show(f"With {' > '.join(DEGRADED)} made worse", bad)
            if not alarms:
                return _verdict(good, bad.rows)
            net.impair(*DEGRADED, usual)
            _show("Recovered", chapter(net, agents, length_s=RECOVERY_S, on_tick=tick))
            measured = list(everything(agents, 0.0))
            record(folder / "measurements.jsonl", measured)
            return max(_verdict(good, bad.rows), _alarms(transitions(agents.file, measured)))


def _alarms(found: tuple[Transition, ...]) -> int:
    """0 when the alarm of the worse path went off and on again, and no other."""
    for one in found:
        click.echo(f"{clock(one.at)}  {one.alarm}: {one.before} > {one.after}  {one.reason}")
    good = went_as_it_should(found, DEGRADED)
    click.echo("its alarm and no other" if good else "not the alarms that should have gone off")
    return int(not good)


def _show(title: str, found: Chapter) -> None:
    console = make_console()
    console.print(title, style="bold")
    show(console, mesh_parts(found.matrix, Limits(), time.time()))
    console.print("\nWhat the relay did beside what was measured", style="bold")
    show(console, comparison_parts(found.rows))
    if found.truth.overruns:
        console.print(f"the relay itself lost {found.truth.overruns} packets: do not trust this")
    console.print()


def _verdict(good: tuple[Comparison, ...], bad: tuple[Comparison, ...]) -> int:
    """0 when the path that was made worse fails, and no other, at no other time."""
    if failing(good) or failing(bad) != (DEGRADED,):
        click.echo(f"not as it should be: good {failing(good)}, bad {failing(bad)}")
        return 1
    click.echo(f"{' > '.join(DEGRADED)} fails, and no other path")
    return 0


if __name__ == "__main__":
    main()
