"""Three hours of two agents: a bad half hour, a gap, and one that falls silent."""

from collections.abc import Iterator

from support.alarm_fleet import mesh
from support.healthy import MINUTE, T0, dimensions
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.metrics.from_probe import measurements
from voipprobe.model.measurement import Measurement
from voipprobe.model.path import Path

MINUTES = 180
BAD = range(60, 90)
"""Minutes in which calls to pdx fail, one of five."""
GAP = range(120, 135)
"""Minutes in which iad's rounds are void."""
SILENT = range(150, MINUTES)
"""Minutes in which pdx has fallen silent."""
UNTIL = T0 + MINUTES * MINUTE
FLEET = mesh("iad", "pdx")


def story(fleet: AlarmFleet = FLEET) -> Iterator[Measurement]:
    """What its agents measured."""
    for minute in range(MINUTES):
        at = T0 + minute * MINUTE + 7.0
        for path in fleet.paths:
            if not (path.source == "pdx" and minute in SILENT):
                yield from _round(path, minute, at)
        for agent in fleet.agents:
            if not (agent.name == "pdx" and minute in SILENT):
                yield Measurement(metric="Heartbeat", dimensions=(("Source", agent.name),), at=at,
                                  samples=((1.0, 1),))  # fmt: skip


def _round(path: Path, minute: int, at: float) -> tuple[Measurement, ...]:
    if path.source == "iad" and minute in GAP:
        return measurements([("Rounds", [1]), ("RoundsVoid", [1])], path, at)
    failed = 1 if path.destination == "pdx" and minute in BAD else 0
    return measurements(
        [
            ("Rounds", [1]), ("RoundsVoid", [0]),
            ("CallAttempts", [5]), ("CallSuccesses", [5 - failed]), ("CallFailures", [failed]),
            ("FailuresTimeout", [failed]),
            ("SER", [100.0 - 20 * failed]), ("SEER", [100.0 - 20 * failed]),
            ("SipMessages", [35]), ("RetransmissionsSent", [7 * failed]),
            ("RetransmissionsReceived", [0]),
            ("PacketsExpected", [2500]), ("PacketsLost", [250 * failed]),
            ("MOS", [4.4, 4.3, 4.2, 4.1, 4.0 - failed]), ("Jitter", [1.0, 2.0]),
            ("RoundTrip", [60.0 + minute % 5]),
        ],
        path,
        at,
    )  # fmt: skip


__all__ = ["BAD", "FLEET", "GAP", "MINUTES", "SILENT", "T0", "UNTIL", "dimensions", "story"]
