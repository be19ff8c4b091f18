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

from voipprobe.capture.jit import Array, Number, Row, int64, part
from voipprobe.capture.rtp.series import move_steps, note_discard
from voipprobe.capture.rtp.tables import WINDOW
from voipprobe.quality import bursts, playout

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
_fixed_discards = part(playout.fixed_discards)
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
def _transits(stream: Row) -> Number:
    """Transit [ms] of each position, NaN where no voice packet came."""
    transits = np.full(WINDOW, np.nan)
    for index in range(WINDOW):
        if int64(stream.window[index]) & 3 >= PLAYED:
            transits[index] = ((int64(stream.window[index]) >> 2) - TRANSIT_BIAS) / 1000.0
    return transits


@part
def _spurt_end(stream: Row, start: Number) -> Number:
    for index in range(start + 1, WINDOW):
        if int64(stream.window[index]) & 3 == SPURT:
            return index
    return WINDOW


@part
def _too_late(transits: Array, buffer_ms: Number) -> Number:
    """An adaptive buffer has judged at arrival: it leaves transits of 0 and of LATE_MS."""
    if buffer_ms < 0:
        return transits >= LATE_MS
    return _fixed_discards(transits, buffer_ms)


@part
def _judge(stream: Row, plot: Row, limit: Number, buffer_ms: Number) -> None:
    """Hand the fate of every position before `limit` to the burst machine."""
    transits = _transits(stream)
    start = max(stream.lowest - stream.window_base, 0)
    run, missing_run = int64(0), stream.window[start] == 0  # at worst an empty first run
    while start < limit:
        end = _spurt_end(stream, start)
        late = _too_late(transits[start:end], buffer_ms)
        for index in range(start, min(end, limit)):
            if late[index - start]:
                stream.discarded += 1
                note_discard(plot, index)
            missing = late[index - start] or stream.window[index] == 0
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
