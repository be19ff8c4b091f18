"""Loss and discard in bursts and gaps, by the definition of RFC 3611 4.7.2.

Losses and discards count alike ("missing"). A group of them ends when at least `gmin` received
packets follow; a group of one is a gap loss, a group of two or more is a burst from its first
to its last missing packet; the session counts as preceded and followed by `gmin` received
packets. This is the definition and not the pseudo-code of Appendix A.2, which does not
reproduce the RFC's own example.

Knows packets in sequence order and nothing of their arrival. `advance` works on a row of
integers, so that the RTP kernel can keep one row per stream and compile it as it stands.
"""

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from voipprobe.model.stream import Burst

GMIN: Final = 16
"""The value that RFC 3611 4.7.2 recommends."""

State = npt.NDArray[np.int64]
"""STATE_SIZE integers, all zero at the start; indexed by the constants below."""

POSITION: Final = 0  # packets so far: received, lost and discarded
GROUP_START: Final = 1  # position of the open group's first missing packet
GROUP_END: Final = 2  # position right after the last missing packet
GROUP_MISSING: Final = 3  # missing packets of the open group
MISSING: Final = 4  # all missing packets
RUNS: Final = 5  # unbroken runs of missing packets
BURSTS: Final = 6  # closed bursts
BURST_PACKETS: Final = 7  # packets inside closed bursts, received ones included
BURST_MISSING: Final = 8  # missing packets inside closed bursts
GAPS: Final = 9  # gaps that lie before a closed burst
BURST_END: Final = 10  # position right after the last closed burst
STATE_SIZE: Final = 11


def new_state() -> State:
    """The state before the first packet."""
    return np.zeros(STATE_SIZE, dtype=np.int64)


def advance(state: State, count: int, missing: bool, gmin: int) -> None:
    """Take in the next `count` packets in sequence order, all received or all missing.

    Args:
        state: changed in place.
        count: packets that share one fate; 0 changes nothing.
        missing: lost, or discarded by the playout buffer.
        gmin: received packets that end a group, `GMIN` unless there is a reason.
    """
    if count <= 0:
        return
    position = state[POSITION]
    state[POSITION] = position + count
    if not missing:
        return
    if position - state[GROUP_END] >= gmin:
        if state[GROUP_MISSING] >= 2:
            state[BURSTS] += 1
            state[BURST_PACKETS] += state[GROUP_END] - state[GROUP_START]
            state[BURST_MISSING] += state[GROUP_MISSING]
            state[BURST_END] = state[GROUP_END]
            if state[GROUP_START] > 0:
                state[GAPS] += 1
        state[GROUP_MISSING] = 0
    if state[GROUP_MISSING] == 0:
        state[GROUP_START] = position
    if state[MISSING] == 0 or state[GROUP_END] != position:
        state[RUNS] += 1
    state[GROUP_MISSING] += count
    state[MISSING] += count
    state[GROUP_END] = position + count


def from_pattern(missing: npt.NDArray[np.bool_], gmin: int = GMIN) -> State:
    """The state after a whole pattern of packets in sequence order, True where missing."""
    state = new_state()
    edges = np.flatnonzero(np.diff(missing)) + 1
    bounds = [0, *edges.tolist(), len(missing)]
    for start, end in pairwise(bounds):
        if end > start:
            advance(state, end - start, bool(missing[start]), gmin)
    return state


def summarise(state: State, packet_ms: float | None, gmin: int = GMIN) -> Burst:
    """Bursts and gaps of a stream that ends here.

    Args:
        state: left as it is, so that a stream can be read in the middle.
        packet_ms: voice in one packet; None leaves the durations unknown.
        gmin: as handed to `advance`.

    Returns:
        Densities are None for a state that the stream was never in. Durations are means over
        the bursts and over the gaps, the ones before the first and after the last burst
        included.

    Source: RFC 3611 4.7.2.
    """
    closed = _followed_by_received(state, gmin)
    packets, bursts = int(state[POSITION]), int(closed[BURSTS])
    burst_packets, burst_missing = int(closed[BURST_PACKETS]), int(closed[BURST_MISSING])
    gap_packets = packets - burst_packets
    ends_in_gap = packets > closed[BURST_END]
    gaps = int(closed[GAPS]) + int(ends_in_gap)
    return Burst(
        gmin=gmin,
        bursts=bursts,
        burst_density_ratio=_quotient(burst_missing, burst_packets),
        gap_density_ratio=_quotient(int(state[MISSING]) - burst_missing, gap_packets),
        burst_ms_mean=_mean_ms(burst_packets, bursts, packet_ms),
        gap_ms_mean=_mean_ms(gap_packets, gaps, packet_ms),
    )


def burst_ratio(missing: int, runs: int, packets: int) -> float:
    """BurstR: how much longer runs of loss are than random loss would make them (1..2).

    Args:
        missing: packets lost or discarded.
        runs: unbroken runs of them.
        packets: all packets, missing ones included.

    Returns:
        1 for random loss and for none. Held within 1..2: below, loss is more regular than
        random, which G.107 does not reward; above, G.107 is not validated.

    Source: ITU-T G.107 7.5, BurstR = mean run / (1 / (1 - Ppl / 100)).
    """
    if runs == 0:
        return 1.0
    mean_run = missing / runs
    mean_run_if_random = packets / (packets - missing) if missing < packets else float("inf")
    return min(max(mean_run / mean_run_if_random, 1.0), 2.0)


def burst_ratio_of(state: State) -> float:
    """`burst_ratio` of the packets that a state has taken in."""
    return burst_ratio(int(state[MISSING]), int(state[RUNS]), int(state[POSITION]))


def _followed_by_received(state: State, gmin: int) -> State:
    """A copy whose open group is closed as if `gmin` received packets and one loss followed."""
    closed = state.copy()
    advance(closed, gmin, False, gmin)
    advance(closed, 1, True, gmin)
    return closed


def _quotient(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean_ms(packets: int, periods: int, packet_ms: float | None) -> float | None:
    return packets * packet_ms / periods if periods and packet_ms is not None else None
