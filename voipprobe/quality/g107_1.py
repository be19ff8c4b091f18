"""ITU-T G.107.1: the part of the wideband E-model that a codec and packet loss make up.

Knows no delay, echo or noise: R here is Ro less the equipment impairment. Its MOS stands on
the wideband scale and must not be compared, averaged or held against a threshold together with
a narrowband one.
"""

from typing import Final

from voipprobe.quality.g107 import mos_from_r as narrowband_mos_from_r

NAME: Final = "ITU-T G.107.1, wideband E-model (codec and loss only)"
RO: Final = 129.0
AMR_WB_12_65_IE: Final = 13.0
"""Ie,WB of AMR-WB at 12.65 kbit/s."""


def ie_eff(ie_wb: float, bpl_wb: float, ppl_percent: float) -> float:
    """Ie,eff,WB of a codec and the packets lost after the playout buffer [percent]."""
    return ie_wb + (95.0 - ie_wb) * ppl_percent / (ppl_percent + bpl_wb)


def r_factor(ie_wb: float, bpl_wb: float, ppl_percent: float) -> float:
    """The wideband rating factor (at most 129) of a path without delay, echo and noise."""
    return RO - ie_eff(ie_wb, bpl_wb, ppl_percent)


def mos_from_r(r: float) -> float:
    """The estimated mean opinion score (1..4.5) on the wideband scale."""
    return narrowband_mos_from_r(r / 1.29)
