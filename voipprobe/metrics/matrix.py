"""Measurements of many paths as the matrix of a mesh. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from voipprobe.metrics.catalogue import PATH
from voipprobe.metrics.samples import mean, percentile
from voipprobe.model.measurement import Measurement
from voipprobe.model.mesh import MeshCell

TOTALS: Final = (
    "Rounds", "RoundsVoid", "CallAttempts", "CallSuccesses", "SipMessages", "RetransmissionsSent",
    "RetransmissionsReceived", "PacketsExpected", "PacketsLost",
)  # fmt: skip
"""Counts of which a cell needs the sum."""
MEANS: Final = ("SER", "ForwardLoss", "BackwardLoss")
"""Of which it needs the mean of all samples."""
PERCENTILES: Final[Mapping[str, int]] = {"RoundTrip": 50, "Jitter": 95, "MOS": 5}
"""Of which it needs one percentile of all samples."""

_Found = dict[str, list[tuple[float, int]]]


def mesh_cells(
    measurements: Iterable[Measurement], *, scenario: str | None = None
) -> tuple[MeshCell, ...]:
    """The cells of all paths, by source and destination.

    Args:
        measurements: in any order; those of agents themselves are passed over.
        scenario: only its measurements; None for all.
    """
    samples: dict[tuple[str, str], _Found] = defaultdict(lambda: defaultdict(list))
    newest: dict[tuple[str, str], float] = {}
    for one in measurements:
        where = dict(one.dimensions)
        if tuple(where) != PATH or scenario not in {None, where["Scenario"]}:
            continue
        ends = (where["Source"], where["Destination"])
        samples[ends][one.metric] += one.samples
        newest[ends] = max(newest.get(ends, one.at), one.at)
    return tuple(_cell(ends, samples[ends], newest[ends]) for ends in sorted(samples))


def _cell(ends: tuple[str, str], found: _Found, last_at: float) -> MeshCell:
    attempts, messages = _total(found, "CallAttempts"), _total(found, "SipMessages")
    again = _total(found, "RetransmissionsSent") + _total(found, "RetransmissionsReceived")
    return MeshCell(
        source=ends[0],
        destination=ends[1],
        rounds=int(_total(found, "Rounds")),
        void=int(_total(found, "RoundsVoid")),
        last_at=last_at,
        calls=int(attempts),
        success_ratio=_ratio(_total(found, "CallSuccesses"), attempts),
        ser=_share(mean(_of(found, "SER"))),
        retransmission_ratio=_ratio(again, messages),
        round_trip_ms=_percentile(found, "RoundTrip"),
        jitter_ms=_percentile(found, "Jitter"),
        loss_ratio=_ratio(_total(found, "PacketsLost"), _total(found, "PacketsExpected")),
        forward_loss_ratio=_share(mean(_of(found, "ForwardLoss"))),
        backward_loss_ratio=_share(mean(_of(found, "BackwardLoss"))),
        mos=_percentile(found, "MOS"),
    )


def _of(found: _Found, metric: str) -> list[tuple[float, int]]:
    return found.get(metric, [])


def _total(found: _Found, metric: str) -> float:
    return sum(value * times for value, times in _of(found, metric))


def _percentile(found: _Found, metric: str) -> float | None:
    return percentile(_of(found, metric), PERCENTILES[metric])


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100.0
