"""The adaptive playout buffer, one packet after another.

The same rules as quality.playout.adaptive_discards, which wants all packets at once; a test
holds the two together.
"""

from typing import Final

from voipprobe.capture.kernels.declare import Number, Row, part
from voipprobe.quality import playout, rfc3550

ADAPTIVE: Final = -1.0
"""Stands for the adaptive buffer where a kernel expects the depth of a fixed one."""
MARGIN_MS: Final = 20.0
MAXIMUM_MS: Final = 200.0
FIRST_FRAME_MS: Final = 20.0
"""One change of the buffer until the packetisation is known."""

_BLOCK: Final = playout.MINIMUM_BLOCK
_jitter_step = part(rfc3550.jitter_step)


@part
def _begin(stream: Row, transit_ms: Number) -> None:
    stream.smallest_ms = transit_ms
    stream.block_smallest_ms = transit_ms
    stream.last_smallest_ms = transit_ms
    stream.before_ms = transit_ms
    stream.play_at_ms = transit_ms + MARGIN_MS


@part
def _frame_ms(stream: Row, clock_hz: Number) -> Number:
    if stream.step_votes == 0 or stream.step <= 0:
        return FIRST_FRAME_MS
    return stream.step * 1000.0 / clock_hz


@part
def comes_late(stream: Row, transit_ms: Number, clock_hz: Number) -> Number:
    """Whether a packet comes too late for the buffer as it stands; then moves the buffer."""
    if stream.depth_n == 0:
        _begin(stream, transit_ms)
    late = transit_ms > stream.play_at_ms
    stream.depth_total_ms += stream.play_at_ms
    if stream.depth_n % _BLOCK == 0:
        stream.last_smallest_ms = stream.block_smallest_ms
        stream.block_smallest_ms = transit_ms
    stream.depth_n += 1
    stream.block_smallest_ms = min(stream.block_smallest_ms, transit_ms)
    stream.smallest_ms = min(stream.smallest_ms, transit_ms)
    stream.buffer_jitter_ms = _jitter_step(stream.buffer_jitter_ms, transit_ms - stream.before_ms)
    stream.before_ms = transit_ms
    _move(stream, _frame_ms(stream, clock_hz))
    return late


@part
def _move(stream: Row, frame_ms: Number) -> None:
    """Towards the target, by one frame at most."""
    recent_ms = min(stream.block_smallest_ms, stream.last_smallest_ms)
    target_ms = recent_ms + min(stream.buffer_jitter_ms + MARGIN_MS, MAXIMUM_MS)
    if stream.play_at_ms < target_ms:
        stream.play_at_ms += frame_ms
    elif stream.play_at_ms - frame_ms >= target_ms:
        stream.play_at_ms -= frame_ms
