"""When a figure of the mesh is good, a warning, or critical."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from voipprobe.quality.thresholds import OPERATORS, Threshold


class Colour(Enum):
    """How a figure stands; UNKNOWN where there is none."""

    GOOD = "good"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


FIELD_OF: Final[Mapping[str, str]] = {
    "ser": "ser",
    "mos.p5": "mos",
    "loss_ratio": "loss_ratio",
    "forward_loss_ratio": "forward_loss_ratio",
    "backward_loss_ratio": "backward_loss_ratio",
    "jitter_ms.p95": "jitter_ms",
    "round_trip_ms.p50": "round_trip_ms",
    "retransmission_ratio": "retransmission_ratio",
}
"""Which figure of a cell a metric of a threshold is."""

_USUAL: Final[Mapping[str, tuple[tuple[str, float], tuple[str, float]]]] = {
    "ser": ((">=", 0.99), (">=", 0.95)),
    "mos": ((">=", 4.0), (">=", 3.6)),
    "loss_ratio": (("<=", 0.005), ("<=", 0.03)),
    "forward_loss_ratio": (("<=", 0.005), ("<=", 0.03)),
    "backward_loss_ratio": (("<=", 0.005), ("<=", 0.03)),
    "jitter_ms": (("<=", 20.0), ("<=", 40.0)),
    "round_trip_ms": (("<=", 150.0), ("<=", 300.0)),
    "retransmission_ratio": (("<=", 0.001), ("<=", 0.02)),
}
"""Warning and critical limits where a fleet sets none. MOS: classes of ITU-T G.109; round trip:
twice the one-way 150 ms of G.114, less half of it for the ends."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of a fleet by figure; what it does not limit has the usual ones."""

    warning: Mapping[str, tuple[Threshold, ...]] = field(default_factory=dict)
    critical: Mapping[str, tuple[Threshold, ...]] = field(default_factory=dict)


def limits_of(warning: Iterable[Threshold], critical: Iterable[Threshold]) -> Limits:
    """The limits that thresholds on a round set for the figures of a mesh."""
    return Limits(warning=_by_field(warning), critical=_by_field(critical))


def colour_of(figure: str, value: float | None, limits: Limits) -> Colour:
    """How a figure of a cell stands."""
    if value is None:
        return Colour.UNKNOWN
    if _is_broken(figure, value, limits.critical, 1):
        return Colour.CRITICAL
    return Colour.WARNING if _is_broken(figure, value, limits.warning, 0) else Colour.GOOD


def _is_broken(
    figure: str, value: float, known: Mapping[str, tuple[Threshold, ...]], severity: int
) -> bool:
    if figure in known:
        return not all(OPERATORS[one.operator](value, one.limit) for one in known[figure])
    if figure not in _USUAL:
        return False
    operator, limit = _USUAL[figure][severity]
    return not OPERATORS[operator](value, limit)


def _by_field(thresholds: Iterable[Threshold]) -> dict[str, tuple[Threshold, ...]]:
    found: dict[str, tuple[Threshold, ...]] = {}
    for one in thresholds:
        if one.metric in FIELD_OF:
            name = FIELD_OF[one.metric]
            found[name] = (*found.get(name, ()), one)
    return found
