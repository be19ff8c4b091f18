"""The 40 cases that AWS documents for alarms whose data is missing, and its words about row 5.

Source: Amazon CloudWatch User Guide, "How alarm state is evaluated when data is missing". The
evaluation range is 5 and N is 3; 0 is a good datapoint, X a breaching one, - a missing one, the
newest on the right.
"""

from itertools import product

import pytest

from voipprobe.aws.alarms.simulator.states import Missing, State, evaluation_range, next_state

KEEP = "keep"
NO_DATA = "INSUFFICIENT_DATA"

# datapoints: MISSING, IGNORE, BREACHING, NOT BREACHING
THREE_OF_THREE = {
    "0 - X - X": ("OK", "OK", "OK", "OK"),
    "0 - - - -": ("OK", "OK", "OK", "OK"),
    "- - - - -": (NO_DATA, KEEP, "ALARM", "OK"),
    "0 X X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "- - X - -": ("ALARM", KEEP, "ALARM", "OK"),
}
TWO_OF_THREE = {
    "0 - X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 0 X 0 X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 - X - -": ("OK", "OK", "ALARM", "OK"),
    "- - - - 0": ("OK", "OK", "ALARM", "OK"),
    "- - - X -": ("ALARM", KEEP, "ALARM", "OK"),
}
TREATMENTS = (Missing.MISSING, Missing.IGNORE, Missing.BREACHING, Missing.NOT_BREACHING)

CASES = [
    pytest.param(needed, points, treatment, expected, id=f"{needed} of 3: {points}: {treatment}")
    for needed, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for points, row in table.items()
    for treatment, expected in zip(TREATMENTS, row, strict=True)
]


def states(points: str, needed: int, treatment: Missing) -> dict[State, State]:
    """The state after, for every state before."""
    breaching = [{"0": False, "X": True, "-": None}[mark] for mark in points.split()]
    return {
        before: next_state(breaching, needed=needed, periods=3, missing=treatment, current=before)
        for before in State
    }


def test_there_are_forty_cases() -> None:
    """Two tables of five rows and four treatments."""
    assert len(CASES) == 40


@pytest.mark.parametrize(("needed", "points", "treatment", "expected"), CASES)
def test_a_case_of_the_tables(needed: int, points: str, treatment: Missing, expected: str) -> None:
    """AWS's state, whatever the state before; where it retains, every state is retained."""
    for before, after in states(points, needed, treatment).items():
        assert after == (before if expected == KEEP else expected)


def test_the_range_of_the_tables_is_five() -> None:
    """5 is the evaluation range for N = 3."""
    assert evaluation_range(3) == 5


@pytest.mark.parametrize("points", ["- - - - X", "- - - X -"])
def test_one_young_breach_is_no_alarm_yet(points: str) -> None:
    """M = 3: the next datapoint may be good."""
    assert State.ALARM not in states(points, 3, Missing.MISSING).values()
    assert set(states(points, 3, Missing.MISSING).values()) == {State.INSUFFICIENT_DATA}


def test_an_old_breach_without_anything_better_is_an_alarm() -> None:
    """M = 3: whether it stands alone or with others, once the oldest is 3 periods old."""
    for points in ("- - X - -", "- X - - -", "X - - - -", "- - X - X", "- X X - -"):
        assert set(states(points, 3, Missing.MISSING).values()) == {State.ALARM}


def test_a_good_datapoint_ends_it() -> None:
    """`- - - X 0` and `- - X - 0`: the false positive that the rule avoids."""
    for points, treatment in product(("- - - X 0", "- - X - 0"), TREATMENTS[:2]):
        assert set(states(points, 3, treatment).values()) == {State.OK}


def test_enough_real_breaches_need_no_others() -> None:
    """M = 2 of 3 with two real datapoints: no treatment can make it OK."""
    for treatment in TREATMENTS:
        assert set(states("- - - X X", 2, treatment).values()) == {State.ALARM}


def test_older_datapoints_than_needed_are_not_looked_at() -> None:
    """`X X 0 0 0`: the two oldest are only there in case others are missing."""
    for treatment in TREATMENTS:
        assert set(states("X X 0 0 0", 2, treatment).values()) == {State.OK}
