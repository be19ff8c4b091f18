"""ITU-T G.107.2: the part of the fullband E-model that a codec and packet loss make up.

Knows no delay, echo or noise: R here is Ro less the equipment impairment. Its MOS stands on
the fullband scale and must not be compared, averaged or held against a threshold together with
a narrowband or wideband one.
"""

from typing import Final

from voipprobe.quality.g107 import mos_from_r as narrowband_mos_from_r

NAME: Final = "ITU-T G.107.2, fullband E-model (codec and loss only)"
RO: Final = 148.0


def ie_eff(ie_fb: float, bpl_fb: float, ppl_percent: float) -> float:
    """Ie,eff,FB of a codec and the packets lost after the playout buffer [percent]."""
    return ie_fb + (132.0 - ie_fb) * ppl_percent / (ppl_percent + bpl_fb)


def r_factor(ie_fb: float, bpl_fb: float, ppl_percent: float) -> float:
    """The fullband rating factor (at most 148) of a path without delay, echo and noise."""
    return RO - ie_eff(ie_fb, bpl_fb, ppl_percent)


def mos_from_r(r: float) -> float:
    """The estimated mean opinion score (1..4.5) on the fullband scale."""
    return narrowband_mos_from_r(r / 1.48)
