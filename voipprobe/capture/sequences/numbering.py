"""Sequence numbers of 16 bits, in order of capture, to a set of extended ones."""

from typing import Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.sequences.book import Flow
from voipprobe.quality.directions import NumberedStream
from voipprobe.quality.sequences import SequenceSet

MAX_SPAN: Final = 1 << 22
"""Numbers from the lowest to the highest: a stream of a day; more are random numbers."""


def numbers_of(sequences: npt.NDArray[np.uint16]) -> SequenceSet | None:
    """The extended numbers of packets in order of capture, counted on from the first one's own.

    Each is taken to be as near to the one before it as 16 bits allow: copies, swaps and gaps of
    fewer than 2^15 packets do no harm.

    Returns:
        None where they span more than MAX_SPAN.
    """
    if not len(sequences):
        return SequenceSet()
    wide = sequences.astype(np.int64)
    steps = (np.diff(wide) + 0x8000 & 0xFFFF) - 0x8000
    extended = np.concatenate(([0], np.cumsum(steps))) + wide[0]
    lowest, span = int(extended.min()), int(np.ptp(extended)) + 1
    if span > MAX_SPAN:
        return None
    seen = np.zeros(span, dtype=np.uint8)
    seen[extended - lowest] = 1
    bits = np.packbits(seen, bitorder="little").tobytes()
    return SequenceSet.from_bits(lowest, int.from_bytes(bits, "little"))


def numbered(
    flow: Flow, *, direction: str, call_id: str | None, is_whole: bool = True
) -> NumberedStream | None:
    """The numbers of a flow; None where they are random."""
    numbers = numbers_of(flow.sequences)
    if numbers is None:
        return None
    return NumberedStream(
        call_id=call_id,
        ssrc=f"0x{flow.ssrc:08x}",
        source=str(flow.source),
        destination=str(flow.destination),
        direction=direction,
        packets=len(flow.sequences),
        numbers=numbers,
        is_whole=is_whole,
    )
