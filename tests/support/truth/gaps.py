"""Bursts and gaps of missing packets by the words of RFC 3611 4.7.2, Gmin 16.

A burst is the longest sequence that begins and ends with a missing packet, in which fewer than
Gmin received packets stand between any two, and that misses more than one; all else is gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

GMIN: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """As in the model; densities None for a state that never was."""

    bursts: int
    burst_density_ratio: float | None
    gap_density_ratio: float | None
    burst_ms_mean: float | None
    gap_ms_mean: float | None


def gaps(missing: Sequence[bool], packet_ms: float) -> Gaps:
    """Of packets in the order in which they were sent, True where one is missing."""
    bursts = _bursts([at for at, gone in enumerate(missing) if gone])
    inside = [missing[first : last + 1] for first, last in bursts]
    edges = [-1, *(edge for burst in bursts for edge in burst), len(missing)]
    outside = [missing[edges[i] + 1 : edges[i + 1]] for i in range(0, len(edges), 2)]
    return Gaps(
        bursts=len(bursts),
        burst_density_ratio=_density(inside),
        gap_density_ratio=_density(outside),
        burst_ms_mean=_mean_ms(inside, packet_ms),
        gap_ms_mean=_mean_ms([one for one in outside if one], packet_ms),
    )


def _bursts(missing_at: Sequence[int]) -> list[tuple[int, int]]:
    """(first, last) position of each group of two or more."""
    ends = [(a, b) for a, b in pairwise(missing_at) if b - a - 1 >= GMIN]
    firsts = [*missing_at[:1], *(b for _, b in ends)]
    lasts = [*(a for a, _ in ends), *missing_at[-1:]]
    return [(first, last) for first, last in zip(firsts, lasts, strict=True) if last > first]


def _density(parts: Sequence[Sequence[bool]]) -> float | None:
    packets = sum(map(len, parts))
    return sum(map(sum, parts)) / packets if packets else None


def _mean_ms(parts: Sequence[Sequence[bool]], packet_ms: float) -> float | None:
    return sum(map(len, parts)) * packet_ms / len(parts) if parts else None
