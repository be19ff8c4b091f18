"""Measurements and rounds as an agent makes them, for tests of what remembers and publishes."""

from voipprobe.agent.store.records import Grade, Round
from voipprobe.model.measurement import Measurement
from voipprobe.model.path import Path

AT = 1_790_000_000.0
PATH = Path(source="us-east-1", destination="us-west-2", scenario="call")
DIMENSIONS = (("Source", "us-east-1"), ("Destination", "us-west-2"), ("Scenario", "call"))


def measurement(
    value: float = 1.0, *, metric: str = "CallAttempts", at: float = AT, times: int = 1
) -> Measurement:
    """One metric of one path."""
    return Measurement(metric=metric, dimensions=DIMENSIONS, at=at, samples=((value, times),))


def some(count: int, *, first: int = 0, at: float = AT) -> tuple[Measurement, ...]:
    """So many measurements that can be told apart by their value."""
    return tuple(measurement(float(first + number), at=at) for number in range(count))


def round_(work: str = "mesh>us-west-2", *, at: float = AT, **changes: object) -> Round:
    """A round that passed."""
    fields: dict[str, object] = {
        "work": work,
        "path": PATH,
        "at": at,
        "duration_s": 7.25,
        "grade": Grade.PASS,
        "figures": {"mos.mean": 4.4, "loss_ratio": None},
        **changes,
    }
    return Round(**fields)  # type: ignore[arg-type]
