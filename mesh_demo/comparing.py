"""The injected truth and the measured values of a stretch of time, side by side. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mesh_demo.impairment import Impairment
from mesh_demo.truth import Truth
from voipprobe.model.mesh import MeshCell

Ends = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One directed path.

    Attributes:
        injected: what the relay was told.
        relay_loss_ratio: what it did to RTP in that time (0..1).
        there_loss_ratio: measured by the calls of `source`, on their way.
        back_loss_ratio: measured by the calls of `destination`, on their way back here.
        cloud_loss_ratio: `there` as CloudWatch tells it.
        relay_round_trip_ms: what the relay adds on the way there and back, in the mean.
        round_trip_ms: measured by the calls of `source`.
        failed_rounds, rounds: verdicts of the calls of `source`.
    """

    source: str
    destination: str
    injected: Impairment
    relay_loss_ratio: float | None
    there_loss_ratio: float | None
    back_loss_ratio: float | None
    cloud_loss_ratio: float | None
    relay_round_trip_ms: float
    round_trip_ms: float | None
    failed_rounds: int
    rounds: int


def compare(
    before: Truth,
    after: Truth,
    cells: Iterable[MeshCell],
    cloud: Mapping[Ends, float],
    failed: Mapping[Ends, int],
) -> tuple[Comparison, ...]:
    """Every directed path of a stretch of time.

    Args:
        before: the relay's truth at its beginning.
        after: at its end.
        cells: what the agents measured in it.
        cloud: ForwardLoss of each path as CloudWatch tells it [percent].
        failed: rounds with verdict fail of each path.
    """
    known = {(cell.source, cell.destination): cell for cell in cells}
    found = []
    for path in after.paths:
        ends, back = (path.source, path.destination), (path.destination, path.source)
        own, other = known.get(ends), known.get(back)
        cloud_percent = cloud.get(ends)
        found.append(
            Comparison(
                source=path.source,
                destination=path.destination,
                injected=path.impairment,
                relay_loss_ratio=_loss(before, after, ends),
                there_loss_ratio=own.forward_loss_ratio if own else None,
                back_loss_ratio=other.backward_loss_ratio if other else None,
                cloud_loss_ratio=None if cloud_percent is None else cloud_percent / 100.0,
                relay_round_trip_ms=_added(path.impairment) + _added(after.path(*back).impairment),
                round_trip_ms=own.round_trip_ms if own else None,
                failed_rounds=failed.get(ends, 0),
                rounds=own.rounds - own.void if own else 0,
            )
        )
    return tuple(found)


def failing(rows: Iterable[Comparison]) -> tuple[Ends, ...]:
    """The paths of which most rounds failed."""
    return tuple(
        (one.source, one.destination) for one in rows if 2 * one.failed_rounds > one.rounds
    )


def _added(impairment: Impairment) -> float:
    return impairment.delay_ms + impairment.jitter_ms


def _loss(before: Truth, after: Truth, ends: Ends) -> float | None:
    first, last = before.path(*ends).rtp, after.path(*ends).rtp
    received = last.received - first.received
    return (last.lost - first.lost) / received if received else None
