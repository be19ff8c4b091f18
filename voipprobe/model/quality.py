"""The assumptions that travel with every MOS."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityModel:
    """What a MOS was computed with. A MOS without these lines means nothing.

    Attributes:
        name: the model and its edition, e.g. "ITU-T G.107 (narrowband E-model)".
        codec: the codec whose impairment was assumed, e.g. "G.711 with PLC".
        equipment_impairment: Ie of ITU-T G.113.
        loss_robustness: Bpl of ITU-T G.113.
        buffer_ms: playout buffer that was simulated, on top of the smallest transit.
        packetisation_ms: voice in one packet.
        one_way_delay_ms: mouth-to-ear delay that was used.
        delay_source: where that delay comes from, in words.
        effective_loss_ratio: packets lost or too late for the buffer / expected (0..1).
        burst_ratio: BurstR of G.107, as used (1..2).
    """

    name: str
    codec: str
    equipment_impairment: float
    loss_robustness: float
    buffer_ms: float
    packetisation_ms: float
    one_way_delay_ms: float
    delay_source: str
    effective_loss_ratio: float
    burst_ratio: float
