"""What an agent measures of itself, once a minute. Pure arithmetic over its counters."""

from dataclasses import dataclass

from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.measurement import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """How the agent stands: counts since it began, and two gauges."""

    late: int = 0
    skipped: int = 0
    publish_failures: int = 0
    spool_dropped: int = 0
    captures_dropped: int = 0
    spool_depth: int = 0
    config_refused: bool = False


def pulse(agent: str, at: float, now: Counters, before: Counters) -> tuple[Measurement, ...]:
    """The measurements of the last minute: what was counted since `before`, gauges as now."""
    samples = {
        "Heartbeat": 1,
        "RoundsLate": now.late - before.late,
        "RoundsSkipped": now.skipped - before.skipped,
        "SpoolDepth": now.spool_depth,
        "SpoolDropped": now.spool_dropped - before.spool_dropped,
        "PublishFailures": now.publish_failures - before.publish_failures,
        "CapturesDropped": now.captures_dropped - before.captures_dropped,
        "ConfigRefused": int(now.config_refused),
    }
    return tuple(
        Measurement(
            metric=name, dimensions=(("Source", agent),), at=at, samples=((float(value), 1),)
        )
        for name, value in samples.items()
        if value or not CATALOGUE[name].sparse
    )
