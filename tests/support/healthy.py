"""What healthy agents measure, minute by minute, and how to spoil some of it."""

from collections.abc import Callable, Iterable, Iterator

from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.model.measurement import Measurement
from voipprobe.model.path import Path

MINUTE = 60.0
T0 = 1_800_000_000.0  # a full minute
Samples = tuple[tuple[float, int], ...]
Spoil = Callable[[Measurement, int], Measurement | None]
"""From a healthy measurement and its minute to what was measured; None for nothing."""

CALLS: dict[str, Samples] = {
    "CallAttempts": ((10.0, 1),),
    "CallSuccesses": ((10.0, 1),),
    "SEER": ((100.0, 1),),
    "SipMessages": ((70.0, 1),),
    "RetransmissionsSent": ((0.0, 1),),
    "RetransmissionsReceived": ((0.0, 1),),
    "PacketsExpected": ((5000.0, 1),),
    "PacketsLost": ((0.0, 1),),
    "MOS": ((4.4, 10),),
    "Jitter": ((1.0, 10),),
    "RoundTrip": ((20.0, 10),),
    "Rounds": ((1.0, 1),),
    "RoundsVoid": ((0.0, 1),),
}
AGENT: dict[str, Samples] = {"Heartbeat": ((1.0, 1),), "ConfigRefused": ((0.0, 1),)}


def healthy(
    fleet: AlarmFleet, minutes: Iterable[int], spoil: Spoil = lambda one, _: one
) -> Iterator[Measurement]:
    """Everything that the fleet measures in these minutes; each some seconds into its minute."""
    for minute in minutes:
        for one in (*_paths(fleet, minute), *_agents(fleet, minute)):
            spoilt = spoil(one, minute)
            if spoilt is not None:
                yield spoilt


def _paths(fleet: AlarmFleet, minute: int) -> Iterator[Measurement]:
    for path in fleet.paths:
        for metric, samples in CALLS.items():
            yield _one(metric, dimensions(path), minute, samples)


def _agents(fleet: AlarmFleet, minute: int) -> Iterator[Measurement]:
    for agent in fleet.agents:
        for metric, samples in AGENT.items():
            yield _one(metric, (("Source", agent.name),), minute, samples)


def dimensions(path: Path) -> tuple[tuple[str, str], ...]:
    """Of a path, in the catalogue's order."""
    return (
        ("Source", path.source),
        ("Destination", path.destination),
        ("Scenario", path.scenario),
    )


def _one(
    metric: str, named: tuple[tuple[str, str], ...], minute: int, samples: Samples
) -> Measurement:
    at = T0 + minute * MINUTE + 7
    return Measurement(metric=metric, dimensions=named, at=at, samples=samples)
