"""The step functions of RFC 3550: sequence numbers, timestamps, jitter and round trip.

Knows the arithmetic of one packet after another; must not know where packets come from.
The functions of RTP (all but `round_trip_ms`) take and return plain numbers or tuples of them
and call nothing of ours, so that the RTP kernel can compile each as it stands
(`njit(jitter_step)`); compiled callers pass int64, because Numba turns a difference of uint64
and int64 into a float.
"""

from typing import Final

MIN_SEQUENTIAL: Final = 2
MAX_DROPOUT: Final = 3000
MAX_MISORDER: Final = 100
SEQUENCE_MODULUS: Final = 1 << 16
NO_BAD_SEQUENCE: Final = SEQUENCE_MODULUS + 1
"""A value that no sequence number equals: no jump is waiting to be confirmed."""

NEXT: Final = 0
"""The packet right after the highest one."""
AHEAD: Final = 1
"""In order, with a gap of fewer than MAX_DROPOUT before it."""
BEHIND: Final = 2
"""Reordered or a duplicate: fewer than MAX_MISORDER behind, or the highest one again."""
JUMP: Final = 3
"""Too far away to be in order: not counted until the next packet continues it."""
RESTART: Final = 4
"""The second packet of a jump: numbering starts anew; the JUMP packet was `extended - 1`."""


def timestamp_difference(later: int, earlier: int) -> int:
    """RTP timestamp units from `earlier` to `later`, signed, across the wrap at 2^32.

    Source: RFC 3550 5.1 (timestamps wrap), A.8.
    """
    return ((later - earlier + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


def deviation_ms(arrival_step_ns: int, timestamp_step: int, clock_rate_hz: int) -> float:
    """D: how much later [ms] a packet came after another than its timestamp says.

    Args:
        arrival_step_ns: arrival of this packet less arrival of the one before.
        timestamp_step: `timestamp_difference` of the same two [timestamp units].
        clock_rate_hz: of the payload type.

    Source: RFC 3550 6.4.1, D(i,j) = (Rj - Ri) - (Sj - Si).
    """
    return arrival_step_ns / 1e6 - timestamp_step * 1e3 / clock_rate_hz


def jitter_step(jitter: float, deviation: float) -> float:
    """The interarrival jitter after one more packet, in the unit of its arguments.

    Start at 0 and make no step for the first packet; steps go in order of arrival.

    Source: RFC 3550 6.4.1 and A.8, J += (|D| - J) / 16.
    """
    return jitter + (abs(deviation) - jitter) / 16.0


def sequence_step(highest_extended: int, bad_sequence: int, sequence: int) -> tuple[int, int, int]:
    """What a sequence number means after the ones before it.

    Args:
        highest_extended: highest extended sequence number of the numbering so far; begin with
            the first packet's own number.
        bad_sequence: as returned by the last step; begin with NO_BAD_SEQUENCE.
        sequence: the 16 bits of the packet.

    Returns:
        (kind, extended, bad_sequence): the kind (NEXT, AHEAD, BEHIND, JUMP, RESTART); the
        packet's own extended number, which is the new highest for NEXT, AHEAD and RESTART,
        at most the highest for BEHIND (negative before a first packet near 0) and just
        `sequence` for JUMP; and the value to hand to the next step.

    Source: RFC 3550 A.1 update_seq(). Differs in one word only: the highest number seen again
    is a duplicate (BEHIND), which A.1 counts as in order.
    """
    ahead = (sequence - highest_extended) & 0xFFFF
    if ahead == 1:
        return NEXT, highest_extended + 1, bad_sequence
    if 0 < ahead < MAX_DROPOUT:
        return AHEAD, highest_extended + ahead, bad_sequence
    if ahead == 0:
        return BEHIND, highest_extended, bad_sequence
    if ahead > SEQUENCE_MODULUS - MAX_MISORDER:
        return BEHIND, highest_extended + ahead - SEQUENCE_MODULUS, bad_sequence
    if sequence == bad_sequence:
        return RESTART, sequence, NO_BAD_SEQUENCE
    return JUMP, sequence, (sequence + 1) & 0xFFFF


def probation_step(remaining: int, last_sequence: int, sequence: int) -> int:
    """How many more packets in sequence prove a source to be RTP; 0 once it is proven.

    Begin with `MIN_SEQUENTIAL - 1` at the first packet and stop asking at 0.

    Source: RFC 3550 A.1, MIN_SEQUENTIAL.
    """
    if sequence == (last_sequence + 1) & 0xFFFF:
        return remaining - 1
    return MIN_SEQUENTIAL - 1


def ntp_middle(epoch_ns: int) -> int:
    """The middle 32 bits of the NTP timestamp of a Unix time: the form of LSR [1/65536 s].

    Source: RFC 3550 4 and 6.4.1.
    """
    seconds = epoch_ns // 1_000_000_000 + 2_208_988_800
    fraction = ((epoch_ns % 1_000_000_000) << 16) // 1_000_000_000
    return ((seconds & 0xFFFF) << 16) | fraction


def round_trip_ms(arrival: int, last_sr: int, delay_since_last_sr: int) -> float | None:
    """The round trip [ms] that a report block tells, or None where it tells none.

    Args:
        arrival: when the report arrived, as `ntp_middle` of the clock that stamped the SR.
        last_sr: LSR of the report block; 0 means that its sender saw no SR yet.
        delay_since_last_sr: DLSR of the report block [1/65536 s].

    A negative result (clocks of two machines, or a stepped one) is no measurement: None.

    Source: RFC 3550 6.4.1, A - LSR - DLSR.
    """
    if last_sr == 0:
        return None
    units = timestamp_difference(arrival, last_sr + delay_since_last_sr)
    return units * 1000.0 / 65536.0 if units >= 0 else None
