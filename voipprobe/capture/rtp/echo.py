"""Per-packet round trips where the far end sends our own packets back.

Knows a ring of send times per stream, in units of 10 ns modulo 2^32 (42.9 s); 0 means that
nothing was sent or that it has come back.
"""

import numpy as np

from voipprobe.capture.kernels.declare import Number, Row, int64, part
from voipprobe.capture.rtp.sketch import UNITS_PER_MS, add
from voipprobe.capture.rtp.tables import ECHO_RING, ROUND_TRIP

_MASK = 0xFFFF_FFFF
_UNIT_NS = 10


@part
def stamp_of(time_ns: Number) -> Number:
    """A capture time as the ring holds it, never 0."""
    return ((time_ns // _UNIT_NS) & _MASK) | 1


@part
def note_sent(stream: Row, extended: Number, time_ns: Number) -> None:
    """Remember when a packet left; numbers skipped since the highest one were not sent."""
    for skipped in range(max(stream.highest + 1, extended - ECHO_RING + 1), extended):
        stream.sent[skipped % ECHO_RING] = 0
    stream.sent[extended % ECHO_RING] = np.uint32(stamp_of(time_ns))


@part
def match(
    stream: Row,
    sent: Row,
    heap: Row,
    sequence: Number,
    time_ns: Number,
) -> Number:
    """Whether a returned packet was found among those sent; adds its round trip."""
    behind = (sent.highest - sequence) & 0xFFFF
    if not sent.begun or behind >= ECHO_RING:
        return False
    place = (sent.highest - behind) % ECHO_RING
    stamp = int64(sent.sent[place])
    if stamp == 0:
        return False
    sent.sent[place] = 0
    round_trip = (stamp_of(time_ns) - stamp) & _MASK
    add(stream, heap, ROUND_TRIP, round_trip / UNITS_PER_MS)
    return True
