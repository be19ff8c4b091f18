"""A stream over time in bounded memory, for its plots.

A stream has at most STEPS steps; when it gets longer, steps are merged two by two. What a step
cannot know at once (a packet that turns out too late for the buffer) finds its step again by
`at`, which goes along with the window.

Knows one PLOT record per plotted stream; must not know why anything is late or lost.
"""

from typing import Any, Final

import numpy as np

from voipprobe.capture.kernels.declare import Number, Row, int64, part
from voipprobe.capture.rtp.tables import (
    DELAY_BINS,
    DELAY_BINS_PER_MS,
    EARLIEST_DELAY_MS,
    PLOT_STEPS,
)
from voipprobe.model.analysis import StreamSeries

SHOWN_DELAY_BINS: Final = 240
"""120 ms above the smallest transit; the last one holds everything above."""
_LARGEST_US: Final = (1 << 32) - 1


@part
def _merge(plot: Row) -> None:
    """Make every two steps one."""
    half = PLOT_STEPS // 2
    for step in range(half):
        left, right = 2 * step, 2 * step + 1
        plot.packets[step] = plot.packets[left] + plot.packets[right]
        plot.lost[step] = plot.lost[left] + plot.lost[right]
        plot.discarded[step] = plot.discarded[left] + plot.discarded[right]
        plot.delta_us[step] = max(plot.delta_us[left], plot.delta_us[right])
        last = right if plot.packets[right] else left
        plot.jitter_us[step] = plot.jitter_us[last]
    plot.packets[half:] = 0
    plot.lost[half:] = 0
    plot.discarded[half:] = 0
    plot.delta_us[half:] = 0
    plot.jitter_us[half:] = 0
    for index in range(len(plot.at)):
        plot.at[index] = plot.at[index] >> 1
    plot.now = plot.now >> 1
    plot.steps = (plot.steps + 1) >> 1
    plot.step_ns *= 2


@part
def note_arrival(stream: Row, plot: Row, time_ns: Number, is_voice: Number) -> None:
    """Count a packet in its step, with the gap before it and the jitter and transit after it."""
    if not plot.wanted:
        return
    since = max(time_ns - stream.first_ns, int64(0))
    while since >= plot.step_ns * PLOT_STEPS:
        _merge(plot)
    step = since // plot.step_ns
    plot.now = step
    plot.steps = max(plot.steps, step + 1)
    plot.packets[step] += 1
    if stream.begun:
        delta_us = min(max(time_ns - stream.last_ns, 0) // 1000, _LARGEST_US)
        plot.delta_us[step] = max(plot.delta_us[step], delta_us)
    plot.jitter_us[step] = min(int64(stream.jitter_ms * 1000.0), _LARGEST_US)
    if is_voice:
        delay = int64((stream.transit_ms + EARLIEST_DELAY_MS) * DELAY_BINS_PER_MS)
        plot.delays[min(max(delay, 0), DELAY_BINS - 1)] += 1


@part
def note_first_arrival(stream: Row, plot: Row, extended: Number, window_at: Number) -> None:
    """Keep the step of a window position; count the numbers that it leaves out as lost.

    Call it while `highest` and `lowest` are still those before the packet. A number that comes
    late is taken off the latest step with a loss.
    """
    if not plot.wanted:
        return
    plot.at[window_at] = plot.now
    if extended > stream.highest:
        plot.lost[plot.now] += extended - stream.highest - 1
    elif extended < stream.lowest:
        plot.lost[plot.now] += stream.lowest - extended - 1
    elif extended != stream.highest:  # equal: the first of its numbering
        step = int64(plot.now)
        while step > 0 and plot.lost[step] == 0:
            step -= 1
        plot.lost[step] -= min(plot.lost[step], 1)


@part
def note_discard(plot: Row, window_at: Number) -> None:
    """Count a packet that came too late, in the step in which it came."""
    if plot.wanted:
        plot.discarded[plot.at[window_at]] += 1


@part
def move_steps(plot: Row, stride: Number, kept: Number) -> None:
    """Move the steps of the window's positions as the window itself moves."""
    if plot.wanted:
        for index in range(kept):
            plot.at[index] = plot.at[stride + index]


def read_series(plot: Any, stream: int) -> StreamSeries:
    """The series of a PLOT record after the kernel has finished, for a stream's index."""
    steps = max(int(plot["steps"]), 1)
    packets = plot["packets"][:steps].tolist()
    return StreamSeries(
        stream=stream,
        step_s=int(plot["step_ns"]) / 1e9,
        packets=tuple(packets),
        lost=tuple(plot["lost"][:steps].tolist()),
        discarded=tuple(plot["discarded"][:steps].tolist()),
        delta_max_ms=_known(plot["delta_us"], packets),
        jitter_ms=_known(plot["jitter_us"], packets),
        delay_step_ms=1.0 / DELAY_BINS_PER_MS,
        delay_histogram=_histogram(plot["delays"]),
    )


def _known(micros: Any, packets: list[int]) -> tuple[float | None, ...]:
    """Milliseconds, None for steps without a packet."""
    pairs = zip(micros.tolist(), packets, strict=False)
    return tuple(value / 1000 if count else None for value, count in pairs)


def _histogram(delays: Any) -> tuple[int, ...]:
    """Delays above the smallest one, without the empty bins behind the longest."""
    used = np.flatnonzero(delays)
    if not len(used):
        return ()
    shown = delays[used[0] : used[-1] + 1].astype(np.int64)
    if len(shown) > SHOWN_DELAY_BINS:
        shown[SHOWN_DELAY_BINS - 1] = shown[SHOWN_DELAY_BINS - 1 :].sum()
    return tuple(shown[:SHOWN_DELAY_BINS].tolist())
