"""How alarms would stand at the end of a time, as far as it can be known here. Pure.

What an agent measured whose history is not here is unknown: its silence is no finding.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.simulator.run import simulate
from voipprobe.aws.alarms.simulator.states import State
from voipprobe.model.measurement import Measurement

States = Mapping[tuple[str, str], State]
"""By Region and name; an alarm that is not here could not be worked out."""


def states_of(
    alarms: Sequence[Alarm], measured: Sequence[Measurement], absent: Collection[str], until: float
) -> States:
    """The states at the end.

    Args:
        alarms: of all Regions.
        measured: what is known.
        absent: agents of which nothing is.
        until: the end, epoch seconds.

    Raises:
        ConfigError: an alarm has what the simulator does not know.
    """
    found: dict[tuple[str, str], State] = {}
    for region in sorted({alarm.region for alarm in alarms}) if measured else ():
        here = [alarm for alarm in alarms if alarm.region == region]
        simulation = simulate(here, measured, end=until)
        for alarm in here:
            state = simulation.states[alarm.name]
            if alarm.name not in simulation.not_simulated and _is_known(alarm, state, absent):
                found[region, alarm.name] = state
    return found


def _is_known(alarm: Alarm, state: State, absent: Collection[str]) -> bool:
    if alarm.is_composite:  # what is unknown can only add to those that are in ALARM
        return state is State.ALARM or not absent
    return not any(source in absent for source in _sources(alarm.request))


def _sources(request: Mapping[str, Any]) -> Iterator[str]:
    metrics = [one["MetricStat"]["Metric"] for one in request.get("Metrics", ())
               if "MetricStat" in one]  # fmt: skip
    for metric in [*metrics, request]:
        for one in metric.get("Dimensions", ()):
            if one["Name"] == "Source":
                yield one["Value"]
