"""Which load to try between a lower and an upper bound.

Below the first failure nothing is known but what a call costs, so the steps are guesses: up by
Newton, down by a gallop. Once both bounds mean something, the geometric middle.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final

from voipprobe.bench.search.records import Tried
from voipprobe.bench.search.standing import Picture, Standing
from voipprobe.model.verdict import Status

DAMPING: Final = 0.8
"""Of the first step: a light trial knows the cost of a call badly, and the knee may come
before the CPU is full."""
NEAR: Final = 0.5
"""From this CPU ratio on, the cost of a call is known well."""
OVERSHOOT: Final = 1.1
"""Near the knee a step aims above it, so that the bracket closes."""
LARGEST_STEP: Final = 10.0
BLIND_STEP: Final = 2.0
GALLOP: Final = 1.1
MOST_DOUBLINGS: Final = 8
"""Of the step of a gallop: by then it is longer than any bracket."""


def upwards(found: Picture, lower: int) -> int:
    """The next load above everything that passed, while nothing failed."""
    cpu_ratio = _cpu_ratio(found.trials, lower)
    if cpu_ratio is None:
        load = lower * BLIND_STEP
    elif cpu_ratio < NEAR:
        load = lower + DAMPING * (lower / cpu_ratio - lower)
    else:
        load = min(OVERSHOOT * max(lower, lower / cpu_ratio), lower * BLIND_STEP)
    load = min(load, lower * LARGEST_STEP, found.top - 1)
    return max(int(load), found.settings.next_above(lower))


def inside(found: Picture, lower: int, upper: int) -> int:
    """The next load between a passed and a failed one; they are further apart than a step."""
    middle = round(sqrt(lower * upper))
    hint = _hinted(found, lower, upper)
    if hint is not None:
        return hint
    tally = found.tallies.get(upper)
    if tally is not None and tally.full_fails and tally.passes:
        return max(middle, found.settings.next_below(upper))  # refuted: the knee is close
    if lower == found.settings.minimum and upper not in found.ceilings:
        return _within(max(middle, _galloped(found, upper)), lower, upper)
    return _within(middle, lower, upper)


def _hinted(found: Picture, lower: int, upper: int) -> int | None:
    """The load that a refusing system carried, then the next above it."""
    hints = {tried.carried for tried in found.trials if tried.carried is not None}
    above = found.settings.next_above(lower)
    if lower in hints and above < upper:
        return above
    inner = [hint for hint in hints if lower < hint < upper]
    fresh = [hint for hint in inner if found.of(hint) is Standing.UNKNOWN]
    return max(fresh, default=None)


def _galloped(found: Picture, upper: int) -> int:
    """Below a failed first guess: close at first, then in ever longer steps."""
    failed = found.with_standing(Standing.FAILED, Standing.SUSPECT)
    doublings = min(len(failed) - 1, MOST_DOUBLINGS)
    return int(upper / GALLOP ** (2**doublings))


def _within(load: int, lower: int, upper: int) -> int:
    return min(max(load, lower + 1), upper - 1)


def _cpu_ratio(trials: Sequence[Tried], load: int) -> float | None:
    """Of the newest passed trial at a load; an idle system tells nothing."""
    for tried in reversed(trials):
        if tried.load == load and tried.status is Status.PASS and tried.cpu_ratio:
            return tried.cpu_ratio
    return None
