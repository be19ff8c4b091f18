"""What CloudWatch alarms would have done over all that the agents measured."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mesh_demo.comparing import Ends
from voipprobe.agent.publish.jsonlines import json_line
from voipprobe.aws.alarms.definitions.load import load_definitions
from voipprobe.aws.alarms.deploy import simulate_fleet
from voipprobe.aws.alarms.render import render
from voipprobe.aws.alarms.simulator.run import Transition
from voipprobe.aws.alarms.simulator.states import State
from voipprobe.cli.alarm_fleet import load_fleet
from voipprobe.model.measurement import Measurement

DEFINITIONS: Final = Path(__file__).with_name("alarms.toml")


def transitions(file: Path, measured: Iterable[Measurement]) -> tuple[Transition, ...]:
    """Every change of an alarm's state, in order of time; first states that are OK left out.

    Args:
        file: the fleet file.
        measured: by all agents.
    """
    fleet = load_fleet(file)
    alarms = render(load_definitions(DEFINITIONS), fleet)
    found = simulate_fleet(fleet, alarms, measured)
    return tuple(
        one
        for simulation in found.values()
        for one in simulation.transitions
        if not (one.before is State.INSUFFICIENT_DATA and one.after is State.OK)
    )


def went_as_it_should(found: Iterable[Transition], ends: Ends) -> bool:
    """Whether one path's alarm went off and on again, and no other one did anything."""
    words = [(all(end in one.alarm for end in ends), one.after) for one in found]
    return words == [(True, State.ALARM), (True, State.OK)]


def record(file: Path, measured: Iterable[Measurement]) -> None:
    """Write measurements as an agent's JSON lines, for `voipprobe cloudwatch alarms test`."""
    file.write_text("".join(json_line(one) + "\n" for one in measured))
