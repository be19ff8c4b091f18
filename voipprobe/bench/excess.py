"""Refused calls that were one too many: the generator's lateness, not the system's limit. Pure.

Load is rate x hold, and a call ends a little before its successor begins (`local/shards`). On a
machine that stands still for a moment it does not, and then a system that is full at N calls
rightly refuses one call of N. Such a call was not of this load; it is left out, and that is said.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from voipprobe.model.call import Call, Outcome

MOST_OF_ITS_OWN: Final = 1.0
"""Calls that a system's own slowness may keep up beside the load for us to judge so: one that
answers slowly is more than full by its own doing."""


def excess_calls(calls: Sequence[Call], load: int, rate_cps: float) -> tuple[Call, ...]:
    """Calls that were refused while the whole load was up already.

    A call is up from its INVITE to the answer to its BYE: so long may the system think of it.

    Args:
        calls: all of a trial, ramp included.
        load: concurrent calls that were asked for.
        rate_cps: at which they were placed.
    """
    answered = [call for call in calls if call.outcome is Outcome.ANSWERED]
    if not answered or rate_cps * _delay_s(answered) >= MOST_OF_ITS_OWN:
        return ()
    begins = sorted(call.started_at for call in answered)
    ends = sorted(_end(call) for call in answered)
    return tuple(
        call
        for call in calls
        if call.outcome is not Outcome.ANSWERED
        and call.final_status is not None
        and bisect_right(begins, call.started_at) - bisect_left(ends, call.started_at) >= load
    )


def _delay_s(answered: Sequence[Call]) -> float:
    """What the system adds to a call, in the middle case: to be set up, and to be ended."""
    setups = _median(call.setup_ms for call in answered)
    return (setups + _median(call.sdd_ms for call in answered)) / 1000.0


def _median(values_ms: Iterable[float | None]) -> float:
    known = [value for value in values_ms if value is not None]
    return median(known) if known else 0.0


def _end(call: Call) -> float:
    if call.duration_s is None:
        return float("inf")
    parts_ms = (call.setup_ms or 0.0) + (call.sdd_ms or 0.0)
    return call.started_at + call.duration_s + parts_ms / 1000.0
