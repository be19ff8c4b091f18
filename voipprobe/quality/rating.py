"""A MOS for one stream, together with everything that was assumed to get it.

Knows which figures of a stream go into which input of the E-model, and in what unit. Must not
know packets: loss, discards and BurstR are counted elsewhere.
"""

from typing import Final, NamedTuple

from voipprobe.model.quality import QualityModel
from voipprobe.quality import g107
from voipprobe.quality.codecs import impairment_of

MEASURED_DELAY: Final = "half the measured round trip + buffer + packetisation"
ASSUMED_DELAY: Final = "buffer + packetisation; no round trip measured, network delay assumed 0"


class Rating(NamedTuple):
    """A MOS (1..4.5) with its R factor and its assumptions: all known or all None."""

    mos: float | None
    r_factor: float | None
    model: QualityModel | None


UNRATED: Final = Rating(None, None, None)


def rate(
    *,
    codec: str | None,
    expected: int,
    lost: int,
    discarded: int,
    burst_ratio: float,
    buffer_ms: float,
    packetisation_ms: float | None,
    round_trip_ms: float | None,
    plc: bool = True,
) -> Rating:
    """The narrowband E-model's judgement of one received stream.

    Args:
        codec: SDP encoding name; None or one without a standard narrowband value (G.722,
            Opus) leaves the stream unrated.
        expected: packets that should have come; 0 leaves the stream unrated.
        lost: packets that never came.
        discarded: packets that came too late for the buffer.
        burst_ratio: BurstR of lost and discarded packets together (1..2).
        buffer_ms: what the simulated playout buffer adds to the smallest transit.
        packetisation_ms: voice in one packet; None leaves the stream unrated.
        round_trip_ms: measured on the network; None takes the network's delay as 0 and says so.
        plc: whether lost G.711 packets are concealed.
    """
    impairment = impairment_of(codec, plc=plc)
    if impairment is None or expected <= 0 or packetisation_ms is None:
        return UNRATED
    network_ms = 0.0 if round_trip_ms is None else round_trip_ms / 2.0
    model = QualityModel(
        name=g107.NAME,
        codec=impairment.name,
        equipment_impairment=impairment.equipment_impairment,
        loss_robustness=impairment.loss_robustness,
        buffer_ms=buffer_ms,
        packetisation_ms=packetisation_ms,
        one_way_delay_ms=network_ms + buffer_ms + packetisation_ms,
        delay_source=ASSUMED_DELAY if round_trip_ms is None else MEASURED_DELAY,
        effective_loss_ratio=min((lost + discarded) / expected, 1.0),
        burst_ratio=burst_ratio,
    )
    r = r_factor_of(model)
    return Rating(g107.mos_from_r(r), r, model)


def r_factor_of(model: QualityModel) -> float:
    """R of a set of assumptions: what a stored MOS can be checked against later."""
    return g107.r_factor(
        g107.Parameters(
            ie=model.equipment_impairment,
            bpl=model.loss_robustness,
            # The E-model takes percent; a ratio here would make 5 % loss a MOS of 4.3.
            ppl_percent=100.0 * model.effective_loss_ratio,
            burst_ratio=model.burst_ratio,
            one_way_delay_ms=model.one_way_delay_ms,
        )
    )
