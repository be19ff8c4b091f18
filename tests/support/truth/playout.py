"""Which packets come too late for a fixed playout buffer.

A talkspurt is aligned on its shortest transit. A long one is judged in parts, or the drift of two
clocks would become discards: PART packets at a time, aligned together with the AHEAD that follow
them, of what had come by then. The first part of a numbering begins AHEAD before its first packet.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from support.truth.network import Arrival
from support.truth.sender import Kind

PART: Final = 384
AHEAD: Final = 128
Place = tuple[int, int]
"""(numbering, place in it)."""


def too_late(seen: Sequence[Arrival], buffer_ms: float) -> set[Place]:
    """The places of the voice packets that come too late."""
    numberings: defaultdict[int, list[Arrival]] = defaultdict(list)
    for one in seen:
        numberings[one.packet.numbering].append(one)
    return {
        (number, place)
        for number, arrived in numberings.items()
        for place in _late_places(arrived, buffer_ms)
    }


def _late_places(arrived: Sequence[Arrival], buffer_ms: float) -> Iterator[int]:
    for begin, end in _parts(max(one.packet.place for one in arrived)):
        spurts: defaultdict[int, dict[int, Fraction]] = defaultdict(dict)
        for one in _by_then(arrived, begin + PART + AHEAD):
            if one.packet.kind is Kind.VOICE and not one.is_copy and one.packet.place >= begin:
                transit = Fraction(one.time_ns - one.packet.media_ns, 1_000_000)
                spurts[one.packet.spurt][one.packet.place] = transit
        for transits in spurts.values():
            latest = min(transits.values()) + Fraction(buffer_ms)
            yield from (at for at, one in transits.items() if at < end and one > latest)


def _parts(highest: int) -> Iterator[tuple[int, int]]:
    """(first place, place behind the last) of each part; the last one takes what is left."""
    begin = -AHEAD
    while highest - begin >= PART + AHEAD:
        yield begin, begin + PART
        begin += PART
    yield begin, highest + 1


def _by_then(arrived: Sequence[Arrival], horizon: int) -> Iterator[Arrival]:
    """What came before the first packet beyond the horizon."""
    for one in arrived:
        if one.packet.place >= horizon:
            return
        yield one
