"""Which packets a playout buffer would have thrown away because they came too late.

Knows transits (arrival less timestamp, both in ms, with any constant offset between the two
clocks) and nothing of loss figures or MOS. The functions call nothing of ours, so that the RTP
kernel can compile them as they stand (`njit(fixed_discards)`).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

DEFAULT_BUFFER_MS: Final = 60.0

MINIMUM_BLOCK: Final = 100
"""The adaptive buffer forgets a smallest transit after 100 to 200 packets (2 to 4 s)."""


def fixed_discards(transit_ms: npt.NDArray[np.float64], buffer_ms: float) -> npt.NDArray[np.bool_]:
    """Which packets of one alignment window come too late for a fixed buffer.

    The buffer plays at the smallest transit of the window + `buffer_ms`. A window is a
    talkspurt, or a part of a long one: over minutes the sender's clock drifts away from ours
    and a single alignment would turn the drift into discards.

    Args:
        transit_ms: one per packet, any order; NaN for a packet that never came.
        buffer_ms: what the buffer adds to the smallest transit.

    Returns:
        True for each packet that came too late; False for one that never came.
    """
    smallest = np.inf
    for transit in transit_ms:
        if transit < smallest:  # noqa: PLR1730 - false for NaN, which min() does not promise
            smallest = transit
    return transit_ms > smallest + buffer_ms


def adaptive_discards(
    transit_ms: npt.NDArray[np.float64], frame_ms: float, margin_ms: float, maximum_ms: float
) -> tuple[npt.NDArray[np.bool_], float]:
    """Which packets come too late for an adaptive buffer, and how deep it was on average.

    Target = recent smallest transit + RFC 3550 jitter + margin. After each packet the buffer
    moves towards it by at most one frame: deeper as soon as it stands below the target,
    shallower once a whole frame can go.

    Args:
        transit_ms: of the packets that came, in order of arrival.
        frame_ms: voice in one packet, the size of one change.
        margin_ms: safety on top of the jitter; also the depth at the start.
        maximum_ms: the deepest that the buffer gets.

    Returns:
        (late, buffer_ms): True for each packet that came too late, and the mean depth above
        the smallest transit of the whole, which goes into the one-way delay (NaN for no
        packet).
    """
    late = np.zeros(len(transit_ms), dtype=np.bool_)
    if len(transit_ms) == 0:
        return late, np.nan
    smallest = transit_ms[0]
    block_smallest = last_block_smallest = smallest
    play_at, before, jitter, total = smallest + margin_ms, smallest, 0.0, 0.0
    for index, transit in enumerate(transit_ms):
        late[index] = transit > play_at
        total += play_at
        if index % MINIMUM_BLOCK == 0:
            last_block_smallest, block_smallest = block_smallest, transit
        block_smallest = min(block_smallest, transit)
        smallest = min(smallest, transit)
        jitter += (abs(transit - before) - jitter) / 16.0
        before = transit
        recent = min(block_smallest, last_block_smallest)
        target = recent + min(jitter + margin_ms, maximum_ms)
        if play_at < target:
            play_at += frame_ms
        elif play_at - frame_ms >= target:
            play_at -= frame_ms
    return late, total / len(transit_ms) - smallest
