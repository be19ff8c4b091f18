"""When alarms would have changed their states."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from voipprobe.aws.alarms.simulator.run import Simulation, Transition
from voipprobe.aws.alarms.simulator.states import State
from voipprobe.cli.render.layout import clean, heading, labelled, note

STYLES: Final = {
    State.OK: "green",
    State.ALARM: "bold red",
    State.INSUFFICIENT_DATA: "yellow",
}
CAVEAT: Final = (
    "Evaluated every minute by AWS's documented rules, each measurement as there at its own time: "
    "real alarms come later by the length of a round and CloudWatch's own delay."
)


def simulation_parts(
    simulations: Mapping[str, Simulation], *, first: bool = False
) -> Iterator[RenderableType]:
    """Every Region: its transitions, the states at the end, what could not be simulated.

    Args:
        simulations: by Region.
        first: show each alarm's first state, too, where it is OK: one line for every alarm.
    """
    for region, simulation in simulations.items():
        yield heading(f"{region}, {_span(simulation)}")
        shown = [one for one in simulation.transitions if first or not _is_first(one)]
        yield from map(_transition, shown)
        hidden = len(simulation.transitions) - len(shown)
        if hidden:
            yield Text(f"  {hidden} alarms became OK at first (--first shows when)", style="dim")
        yield Text(f"  at the end: {_ending(simulation)}", style="dim", overflow="fold")
        if simulation.not_simulated:
            yield Text("  not simulated:", style="yellow")
            rows = sorted((f"    {clean(k)}", v) for k, v in simulation.not_simulated.items())
            yield labelled(rows, style="dim")
        yield Text()
    yield note(CAVEAT)


def _is_first(one: Transition) -> bool:
    return one.before is State.INSUFFICIENT_DATA and one.after is State.OK


def _span(simulation: Simulation) -> str:
    if simulation.start is None or simulation.end is None:
        return "nothing was measured"
    return f"{_at(simulation.start)} to {_at(simulation.end)}"


def _at(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%d %H:%M} UTC"


def _transition(one: Transition) -> Text:
    return Text.assemble(
        f"  {_at(one.at)}  ",
        (one.after.value, STYLES[one.after]),
        f" from {one.before.value}  {clean(one.alarm)}  ",
        (clean(one.reason), "dim"),
        overflow="fold",
    )


def _ending(simulation: Simulation) -> str:
    states = [state for name, state in simulation.states.items()
              if name not in simulation.not_simulated]  # fmt: skip
    return ", ".join(f"{states.count(state)} {state}" for state in State)
