"""The last sequence positions of a stream: what came, and how late.

Knows positions in sequence order: it finds duplicates, hands full windows to the playout
simulation, and feeds its verdict (received, lost, discarded) to the burst machine. A window
spans WINDOW positions; all but the last HELD_BACK are judged when it is full, so that a packet
out of order still finds its place.

A position is 0 while nothing came; otherwise transit << 2 | mark, transit in us above
-TRANSIT_BIAS from the stream's first voice packet.
"""

from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Number, Row, int64, part
from voipprobe.capture.rtp.series import move_steps, note_discard
from voipprobe.capture.rtp.tables import WINDOW
from voipprobe.quality import bursts

HELD_BACK: Final = 128
"""More than MAX_MISORDER of RFC 3550 A.1, less than a window."""
STRIDE: Final = WINDOW - HELD_BACK
TRANSIT_BIAS: Final = 1 << 29

UNTIMED: Final = 1
"""Came, but is not played by transit: an event, comfort noise, an unknown clock."""
PLAYED: Final = 2
LATE_MS: Final = 1.0
"""The transit that stands for "too late" where the buffer is adaptive."""
SPURT: Final = 3
"""A voice packet that begins a talkspurt."""

_advance = part(bursts.advance)
_GMIN: Final = np.int64(bursts.GMIN)


@part
def position(transit_ms: Number, mark: Number) -> Number:
    """What stands in the window for a packet that came."""
    transit = int64(transit_ms * 1000.0) + TRANSIT_BIAS
    return (min(max(transit, 0), 2 * TRANSIT_BIAS - 1) << 2) | mark


@part
def take_back_spurt(stream: Row, at: Number) -> None:
    """Let the talkspurt that a late packet begins go on where it seemed to begin before.

    Its second packet, overtaking the first, came behind a pause too.
    """
    if int64(stream.window[at]) & 3 != SPURT:
        return
    end = min(stream.highest - stream.window_base + 1, WINDOW)
    for index in range(at + 1, end):
        if int64(stream.window[index]) & 3 == SPURT:
            stream.window[index] -= SPURT - PLAYED
            return


@part
def _spurt_end(stream: Row, start: Number) -> Number:
    if stream.last_spurt <= stream.window_base + start:
        return WINDOW
    for index in range(start + 1, WINDOW):
        if int64(stream.window[index]) & 3 == SPURT:
            return index
    return WINDOW


@part
def _latest(stream: Row, start: Number, end: Number, buffer_ms: Number) -> Number:
    """The latest transit, as the window holds it, that is still played in a talkspurt.

    The rule of quality.playout.fixed_discards, which wants all transits in an array. An
    adaptive buffer has judged at arrival: it leaves transits of 0 and of LATE_MS.
    """
    if buffer_ms < 0:
        return TRANSIT_BIAS
    smallest = int64(2 * TRANSIT_BIAS)
    for index in range(start, end):
        value = int64(stream.window[index])
        if value & 3 >= PLAYED:
            smallest = min(smallest, value >> 2)
    return smallest + int64(buffer_ms * 1000.0)


@part
def _judge(stream: Row, plot: Row, limit: Number, buffer_ms: Number) -> None:
    """Hand the fate of every position before `limit` to the burst machine."""
    start = max(stream.lowest - stream.window_base, 0)
    run, missing_run = int64(0), stream.window[start] == 0  # at worst an empty first run
    while start < limit:
        end = _spurt_end(stream, start)
        latest = _latest(stream, start, end, buffer_ms)
        for index in range(start, min(end, limit)):
            value = int64(stream.window[index])
            late = value & 3 >= PLAYED and value >> 2 > latest
            if late:
                stream.discarded += 1
                note_discard(plot, index)
            missing = late or value == 0
            if missing != missing_run:
                _advance(stream.burst, run, missing_run, _GMIN)
                run, missing_run = int64(0), missing
            run += 1
        start = end
    _advance(stream.burst, run, missing_run, _GMIN)


@part
def open_window(stream: Row, extended: Number) -> None:
    """Begin a numbering at a packet, with room for packets that should have come before it."""
    stream.window_base = extended - HELD_BACK
    stream.window[:] = 0


@part
def close_window(stream: Row, plot: Row, buffer_ms: Number) -> None:
    """Judge all positions up to the highest one: the end of a numbering or of the stream."""
    _judge(stream, plot, stream.highest - stream.window_base + 1, buffer_ms)


@part
def make_room(stream: Row, plot: Row, extended: Number, buffer_ms: Number) -> Number:
    """The index of an extended sequence number; judges and moves the window on as needed."""
    while extended - stream.window_base >= WINDOW:
        _judge(stream, plot, int64(STRIDE), buffer_ms)
        move_steps(plot, STRIDE, HELD_BACK)
        for index in range(HELD_BACK):
            stream.window[index] = stream.window[STRIDE + index]
        stream.window[HELD_BACK:] = 0
        stream.window_base += STRIDE
    return extended - stream.window_base
