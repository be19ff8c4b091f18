"""ITU-T G.107 (06/2015): the narrowband E-model, from a path's parameters to R and MOS.

Knows the equations and the default values; must not know codecs, packets or where a delay was
measured. Fields and functions carry the Recommendation's own symbols in lower case; levels and
loudness ratings are in dB, noise powers in dBm0p.
"""

import math
from dataclasses import dataclass
from math import exp, log10, sqrt
from typing import Final

NAME: Final = "ITU-T G.107 (06/2015), narrowband E-model"

MINIMUM_PERCEIVABLE_DELAY_MS: Final = 100.0
"""mT of the default class of delay sensitivity."""
DELAY_SENSITIVITY: Final = 1.0
"""sT of the default class of delay sensitivity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The inputs of the E-model with the defaults of G.107 Table 2.

    Attributes:
        slr, rlr: send and receive loudness rating. stmr: sidetone masking rating.
        ds, dr: D-values of the telephones. telr: talker echo loudness rating.
        wepl: weighted echo path loss. qdu: quantising distortion units.
        nc, nfor: circuit noise, noise floor at the receive side. ps, pr: room noise.
        one_way_delay_ms: mouth to ear; T and Ta of a VoIP path, whose Tr is twice that.
        ie: equipment impairment. bpl: packet-loss robustness of the codec.
        ppl_percent: packets lost after the playout buffer, in percent (0..100).
        burst_ratio: BurstR. a: advantage factor.
    """

    slr: float = 8.0
    rlr: float = 2.0
    stmr: float = 15.0
    ds: float = 3.0
    dr: float = 3.0
    telr: float = 65.0
    wepl: float = 110.0
    qdu: float = 1.0
    nc: float = -70.0
    nfor: float = -64.0
    ps: float = 35.0
    pr: float = 35.0
    one_way_delay_ms: float = 0.0
    ie: float = 0.0
    bpl: float = 4.3
    ppl_percent: float = 0.0
    burst_ratio: float = 1.0
    a: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no path can have; a slip of units would pass for a bad call."""
        if not 0.0 <= self.ppl_percent <= 100.0:
            raise ValueError(f"ppl_percent must lie within 0..100, not {self.ppl_percent}")
        if not self.one_way_delay_ms >= 0.0:
            raise ValueError(f"one_way_delay_ms must be 0 or more, not {self.one_way_delay_ms}")
        if not self.bpl > 0.0:
            raise ValueError(f"bpl must be above 0, not {self.bpl}")

    @property
    def lstr(self) -> float:
        """Listener sidetone rating: STMR + Dr (G.107 Table 2, note 2)."""
        return self.stmr + self.dr


def r_factor(parameters: Parameters) -> float:
    """The transmission rating factor R; 93.2 for a path with all defaults.

    Source: ITU-T G.107 (7-1).
    """
    p = parameters
    return ro(p) - is_(p) - id_(p) - ie_eff(p) + p.a


def mos_from_r(r: float) -> float:
    """The estimated mean opinion score (1..4.5) of a rating factor.

    The cubic dips below 1 for 0 < R < 6.5; it is held at 1 there.

    Source: ITU-T G.107 Annex B (B-4).
    """
    if r <= 0.0:
        return 1.0
    if r >= 100.0:
        return 4.5
    return max(1.0, 1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6)


def no(p: Parameters) -> float:
    """No: the power sum of all noise sources [dBm0p] (7-3 to 7-7)."""
    olr = p.slr + p.rlr
    nos = p.ps - p.slr - p.ds - 100.0 + 0.004 * (p.ps - olr - p.ds - 14.0) ** 2
    pre = p.pr + 10.0 * log10(1.0 + 10.0 ** ((10.0 - p.lstr) / 10.0))
    nor = p.rlr - 121.0 + pre + 0.008 * (pre - 35.0) ** 2
    nfo = p.nfor + p.rlr
    return 10.0 * log10(sum(10.0 ** (level / 10.0) for level in (p.nc, nos, nor, nfo)))


def ro(p: Parameters) -> float:
    """Ro: the basic signal-to-noise ratio (7-2)."""
    return 15.0 - 1.5 * (p.slr + no(p))


def is_(p: Parameters) -> float:
    """Is: what is heard at the same time as the voice (7-8)."""
    return iolr(p) + ist(p) + iq(p)


def iolr(p: Parameters) -> float:
    """Iolr: too low a loudness (7-9, 7-10)."""
    x = (p.slr + p.rlr + 0.2 * (64.0 + no(p) - p.rlr)) / 8.0
    return 20.0 * (_bend(x, 8.0) - x)


def ist(p: Parameters) -> float:
    """Ist: sidetone that is not optimal (7-11, 7-12)."""
    echo = exp(-p.one_way_delay_ms / 4.0) * 10.0 ** (-p.telr / 10.0)
    stmro = -10.0 * log10(10.0 ** (-p.stmr / 10.0) + echo)
    return (
        12.0 * _bend((stmro - 13.0) / 6.0, 8.0)
        - 28.0 * _bend((stmro + 1.0) / 19.4, 35.0)
        - 13.0 * _bend((stmro - 3.0) / 33.0, 13.0)
        + 29.0
    )


def iq(p: Parameters) -> float:
    """Iq: quantising distortion (7-13 to 7-17)."""
    q = 37.0 - 15.0 * log10(p.qdu)
    g = 1.07 + 0.258 * q + 0.0602 * q**2
    y = (ro(p) - 100.0) / 15.0 + 46.0 / 8.4 - g / 9.0
    z = 46.0 / 30.0 - g / 40.0
    return 15.0 * log10(1.0 + 10.0**y + 10.0**z)


def id_(p: Parameters) -> float:
    """Id: what comes of delay (7-18)."""
    return idte(p) + idle(p) + idd(p)


def idte(p: Parameters) -> float:
    """Idte: talker echo (7-19 to 7-23), with the sidetone rules below 9 and above 20 dB."""
    t = p.one_way_delay_ms
    roe = -1.5 * (no(p) - p.rlr)
    re = 80.0 + 2.5 * (_terv(p) - 14.0)
    difference = roe - re
    echo = difference / 2.0 + sqrt(difference**2 / 4.0 + 100.0) - 1.0
    impairment = echo * (1.0 - exp(-t))
    return sqrt(impairment**2 + ist(p) ** 2) if p.stmr > 20.0 else impairment


def _terv(p: Parameters) -> float:
    """TERV: the talker echo rating that the delay leaves (7-22, 7-23)."""
    t = p.one_way_delay_ms
    terv = p.telr - 40.0 * log10((1.0 + t / 10.0) / (1.0 + t / 150.0)) + 6.0 * exp(-0.3 * t**2)
    return terv + ist(p) / 2.0 if p.stmr < 9.0 else terv


def idle(p: Parameters) -> float:
    """Idle: listener echo (7-24, 7-25), with Tr = 2T."""
    rle = 10.5 * (p.wepl + 7.0) * math.pow(2.0 * p.one_way_delay_ms + 1.0, -0.25)
    difference = ro(p) - rle
    return difference / 2.0 + sqrt(difference**2 / 4.0 + 169.0)


def idd(p: Parameters) -> float:
    """Idd: the delay itself, even without any echo (7-26, 7-27); 0 up to mT."""
    if p.one_way_delay_ms <= MINIMUM_PERCEIVABLE_DELAY_MS:
        return 0.0
    x = log10(p.one_way_delay_ms / MINIMUM_PERCEIVABLE_DELAY_MS) / log10(2.0)
    power = 6.0 * DELAY_SENSITIVITY
    return 25.0 * (_bend(x, power) - 3.0 * _bend(x / 3.0, power) + 2.0)


def ie_eff(p: Parameters) -> float:
    """Ie,eff: the codec and the packets lost after the playout buffer (7-28)."""
    lost = p.ppl_percent
    return p.ie + (95.0 - p.ie) * lost / (lost / p.burst_ratio + p.bpl)


def _bend(x: float, power: float) -> float:
    """(1 + x^power)^(1/power): about 1 below x = 1 and about x above, the E-model's soft knee."""
    return math.pow(1.0 + math.pow(x, power), 1.0 / power)
