"""Rules of composite alarms, with the forms that AWS documents."""

from itertools import product

import pytest

from voipprobe.aws.alarms.simulator.rules import read_rule
from voipprobe.aws.alarms.simulator.states import State
from voipprobe.model.errors import ConfigError

OK, ALARM, NONE = State.OK, State.ALARM, State.INSUFFICIENT_DATA
STATES = {"a": ALARM, "b": OK, "c": NONE, "d": ALARM}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(a)", True),
        ('ALARM("a")', True),
        ("OK(a)", False),
        ("INSUFFICIENT_DATA(c)", True),
        ("TRUE", True),
        ("FALSE OR FALSE", False),
        ("ALARM(a) AND ALARM(b)", False),
        ("ALARM(a) AND NOT ALARM(b)", True),
        ("(ALARM(b) OR ALARM(d)) AND OK(b)", True),
        ("TRUE OR TRUE AND FALSE", True),
        ("(TRUE OR TRUE) AND FALSE", False),
        ("NOT FALSE AND FALSE", False),
        ("NOT (FALSE AND FALSE)", True),
        ("NOT NOT ALARM(a)", True),
        ("AT_LEAST(2, ALARM, (a, b, c, d))", True),
        ("AT_LEAST(3, ALARM, (a, b, c, d))", False),
        ("AT_LEAST(50%, ALARM, (a, b, c, d))", True),
        ("AT_LEAST(51%, ALARM, (a, b, c, d))", False),
        ("AT_LEAST(2, NOT ALARM, (a, b, c, d))", True),
        ("AT_LEAST(3, NOT ALARM, (a, b, c, d))", False),
        ('AT_LEAST(1, INSUFFICIENT_DATA, ("a", "c")) AND NOT ALARM(b)', True),
        ("AT_LEAST(50%, OK, (a, b, c, d))", False),
    ],
)
def test_a_rule(rule: str, expected: bool) -> None:
    """Over one alarm in each state and a second one in ALARM."""
    assert read_rule(rule).holds(STATES) is expected


def test_at_least_counts() -> None:
    """Against counting, for all states of three alarms."""
    for states in product(State, repeat=3):
        named = dict(zip("abc", states, strict=True))
        for least in (1, 2, 3):
            rule = read_rule(f"AT_LEAST({least}, ALARM, (a, b, c))")
            assert rule.holds(named) == (states.count(ALARM) >= least)


def test_names_are_told_once_and_may_have_any_character_in_quotes() -> None:
    """Backslash escapes a quote."""
    rule = read_rule(r'ALARM("a (b), \"c\"") OR AT_LEAST(1, OK, (x/y:z, "a (b), \"c\""))')
    assert rule.alarms == ('a (b), "c"', "x/y:z")
    assert rule.holds({'a (b), "c"': OK, "x/y:z": ALARM})


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("", "<here>"),
        ("ALARM", "ALARM<here>"),
        ("ALARM()", "ALARM(<here>)"),
        ("alarm(a)", "<here>alarm(a)"),
        ("ALARM(a) ALARM(b)", "ALARM(a) <here>ALARM(b)"),
        ("ALARM(a) AND", "ALARM(a) AND<here>"),
        ("(ALARM(a)", "(ALARM(a)<here>"),
        ("AT_LEAST(0, ALARM, (a))", "AT_LEAST(<here>0"),
        ("AT_LEAST(x, ALARM, (a))", "AT_LEAST(<here>x"),
        ("AT_LEAST(1, BAD, (a))", "AT_LEAST(1, <here>BAD"),
        ("AT_LEAST(1, ALARM, a)", "ALARM, <here>a)"),
        ("AT_LEAST(1, ALARM, (a,))", "(a,<here>))"),
    ],
)
def test_mistakes_are_pointed_at(rule: str, place: str) -> None:
    """With what should stand there."""
    with pytest.raises(ConfigError, match="should stand here") as caught:
        read_rule(rule)
    assert place in str(caught.value)
