"""From the datapoints of an evaluation range to the state of a metric alarm.

Source: AWS, Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing
data", with its two tables and "Avoiding premature transitions to alarm state". Must not know
where datapoints come from.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """States of an alarm, spelt as CloudWatch spells them."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class Missing(StrEnum):
    """What a datapoint that is not there stands for (TreatMissingData)."""

    MISSING = "missing"
    IGNORE = "ignore"
    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"


EXTRA_PERIODS: Final = 2
"""How much further back than N periods CloudWatch looks for datapoints.

AWS says that it does and that the number depends on the period; its one example is a range of
5 for N = 3.
"""


def evaluation_range(periods: int) -> int:
    """How many datapoints are retrieved for N evaluation periods."""
    return periods + EXTRA_PERIODS


def next_state(
    breaching: Sequence[bool | None],
    *,
    needed: int,
    periods: int,
    missing: Missing,
    current: State,
) -> State:
    """The state after one evaluation.

    Args:
        breaching: the evaluation range, oldest first; None where there is no datapoint.
        needed: M, the datapoints to alarm.
        periods: N, the evaluation periods.
        missing: what a gap stands for.
        current: the state before, which some evaluations keep.

    Source: the fewest missing datapoints are filled in; with N real ones none is.
    """
    real = [point for point in breaching if point is not None][-periods:]
    bad = sum(real)
    if len(real) < periods:
        if missing is Missing.BREACHING:
            bad += periods - len(real)
        elif missing is not Missing.NOT_BREACHING and bad < needed:
            return _undecided(breaching, needed, missing, current)
    return State.ALARM if bad >= needed else State.OK


def _undecided(
    breaching: Sequence[bool | None], needed: int, missing: Missing, current: State
) -> State:
    """Too few datapoints, and the gaps stand for nothing.

    One good datapoint anywhere in the range makes it OK (M = 2, `0 - X - -`). Where all that
    there are breach, AWS's tables keep the state under `ignore`; under `missing` the alarm goes
    off once the oldest is M periods old, and before that has no sufficient data (so the tables
    of 2018 to 2020 for `- - - - X`; today's text says only that it does not go off).
    """
    if False in breaching:
        return State.OK
    if missing is Missing.IGNORE:
        return current
    old_enough = True in breaching and len(breaching) - breaching.index(True) >= needed
    return State.ALARM if old_enough else State.INSUFFICIENT_DATA
