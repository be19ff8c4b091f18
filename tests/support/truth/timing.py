"""Jitter, delay variation, gaps and drift of arrivals, straight from media time.

The transit of a packet is its arrival less its media time in the plan: no timestamp, no clock
rate and no wrap comes near it.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import fmean

from support.truth.network import Arrival
from support.truth.sender import Kind


def jitter_ms(seen: Sequence[Arrival]) -> Iterator[float]:
    """RFC 3550 6.4.1 after each voice packet but the first of a numbering, in order of arrival."""
    jitter = 0.0
    for before, now in _neighbours(seen):
        jitter += (abs(_deviation_ms(before, now)) - jitter) / 16
        yield jitter


def ipdv_ms(seen: Sequence[Arrival]) -> Iterator[float]:
    """|delay variation| of packets sent one after the other that arrive so."""
    for before, now in _neighbours(seen):
        if now.packet.place == before.packet.place + 1:
            yield abs(_deviation_ms(before, now))


def delta_max_ms(seen: Sequence[Arrival]) -> float:
    """The longest time between two arrivals of one talkspurt.

    What comes before comfort noise, and before the first packet of a talkspurt or a digit, is a
    pause and no gap.
    """
    inside = [
        now.time_ns - before.time_ns
        for before, now in pairwise(seen)
        if before.packet.spurt == now.packet.spurt
        and not now.packet.begins
        and now.packet.kind is not Kind.NOISE
    ]
    return max(inside, default=0) / 1e6


def delay_slope_ppm(seen: Sequence[Arrival]) -> float:
    """How far chance delays alone tilt a least-squares line through the transits.

    Of all numberings together, each around its own mean: it is what a regression finds of a clock
    that runs right.
    """
    tilt = spread = 0.0
    for arrived in _numberings(seen):
        times_s = [one.packet.media_ns / 1e9 for one in arrived]
        delays_s = [(one.time_ns - one.packet.sent_ns) / 1e9 for one in arrived]
        middle_s, delay_s = fmean(times_s), fmean(delays_s)
        tilt += sum((t - middle_s) * (d - delay_s) for t, d in zip(times_s, delays_s, strict=True))
        spread += sum((t - middle_s) ** 2 for t in times_s)
    return tilt / spread * 1e6


def _numberings(seen: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    for _, arrived in groupby(_voice(seen), lambda one: one.packet.numbering):
        yield list(arrived)


def _voice(seen: Sequence[Arrival]) -> list[Arrival]:
    return [one for one in seen if one.packet.kind is Kind.VOICE]


def _neighbours(seen: Sequence[Arrival]) -> Iterator[tuple[Arrival, Arrival]]:
    """Voice packets that arrive one after the other; a new numbering has nothing before it."""
    for before, now in pairwise(_voice(seen)):
        if before.packet.numbering == now.packet.numbering:
            yield before, now


def _deviation_ms(before: Arrival, now: Arrival) -> float:
    waited_ns = now.time_ns - before.time_ns
    return float(Fraction(waited_ns - (now.packet.media_ns - before.packet.media_ns), 1_000_000))
