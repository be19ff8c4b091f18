"""The matrix of a mesh: how every directed path did in a stretch of time."""

from dataclasses import dataclass

MESH_SCHEMA = "voipprobe.mesh/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshCell:
    """One directed path, all of its scenarios together. A figure is None where nothing is known.

    Attributes:
        rounds, void: how many there were, and how many of them could not measure.
        last_at: epoch seconds of the newest measurement.
        calls: that came to an end. success_ratio: of them as their scenario wants (0..1).
        ser: mean of the rounds' Session Establishment Ratios (0..1).
        retransmission_ratio: SIP messages seen again / SIP messages (0..1).
        round_trip_ms: median of the streams' medians.
        jitter_ms: 95th percentile of the streams' means.
        loss_ratio: lost / expected packets of received streams (0..1).
        forward_loss_ratio, backward_loss_ratio: mean of the streams', by direction (0..1).
        mos: 5th percentile of the streams.
    """

    source: str
    destination: str
    rounds: int
    void: int
    last_at: float
    calls: int
    success_ratio: float | None
    ser: float | None
    retransmission_ratio: float | None
    round_trip_ms: float | None
    jitter_ms: float | None
    loss_ratio: float | None
    forward_loss_ratio: float | None
    backward_loss_ratio: float | None
    mos: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """All paths that measured something since `since_at` (epoch seconds)."""

    schema: str
    since_at: float
    until_at: float
    cells: tuple[MeshCell, ...]
