"""How much load a command line asks for."""

import re
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.model.errors import ConfigError
from voipprobe.probe.load import Load, plan_load


@pytest.mark.parametrize(
    ("asked", "load"),
    [
        ({}, Load(calls=10, rate_cps=5.0, hold_s=5.0)),
        ({"calls": 1}, Load(calls=1, rate_cps=5.0, hold_s=5.0)),
        ({"rate_cps": 0.1, "hold_s": 0.0}, Load(calls=10, rate_cps=0.1, hold_s=0.0)),
        ({"concurrent": 100}, Load(calls=200, rate_cps=20.0, hold_s=5.0)),
        ({"concurrent": 100, "hold_s": 10.0}, Load(calls=200, rate_cps=10.0, hold_s=10.0)),
        ({"concurrent": 100, "rate_cps": 20.0}, Load(calls=200, rate_cps=20.0, hold_s=5.0)),
        ({"concurrent": 100, "calls": 100}, Load(calls=100, rate_cps=20.0, hold_s=5.0)),
        (
            {"concurrent": 100, "rate_cps": 10.0, "hold_s": 10.0, "calls": 500},
            Load(calls=500, rate_cps=10.0, hold_s=10.0),
        ),
        (
            {"concurrent": 100, "rate_cps": 10.1, "hold_s": 10.0},
            Load(calls=200, rate_cps=10.1, hold_s=10.0),
        ),
    ],
)
def test_sensible_combinations(asked: dict[str, Any], load: Load) -> None:
    """What is not asked for has a default, or follows from the rest: N = rate x hold."""
    assert plan_load(**asked) == load


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"calls": 0}, "--calls 0 is not positive"),
        ({"calls": -1}, "--calls -1 is not positive"),
        ({"rate_cps": 0.0}, "--rate 0 is not positive"),
        ({"rate_cps": nan}, "--rate nan is not a finite number"),
        ({"rate_cps": inf}, "--rate inf is not a finite number"),
        ({"hold_s": inf}, "--hold inf is not a finite number"),
        ({"hold_s": -0.5}, "--hold -0.5 is not positive"),
        ({"concurrent": 0}, "--concurrent 0 is not positive"),
        ({"concurrent": 10, "hold_s": 0.0}, "--concurrent needs a --hold above 0"),
        (
            {"concurrent": 100, "rate_cps": 10.0, "hold_s": 5.0},
            "--concurrent 100 is not --rate 10 x --hold 5 (= 50)",
        ),
        ({"concurrent": 100, "rate_cps": 10.2, "hold_s": 10.0}, "leave one of the three out"),
        ({"concurrent": 10, "calls": 9}, "--calls 9 can never be --concurrent 10 open calls"),
    ],
)
def test_what_cannot_be(asked: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(problem)):
        plan_load(**asked)


def test_placing_takes_one_interval_less_than_there_are_calls() -> None:
    assert Load(calls=11, rate_cps=5.0, hold_s=1.0).placing_s == 2.0
    assert Load(calls=1, rate_cps=5.0, hold_s=1.0).placing_s == 0.0


@given(st.integers(1, 10_000), st.floats(0.01, 1000))
def test_concurrency_is_rate_times_hold(concurrent: int, hold_s: float) -> None:
    """And the calls last long enough to fill up."""
    load = plan_load(concurrent=concurrent, hold_s=hold_s)
    assert load.rate_cps * load.hold_s == pytest.approx(concurrent)
    assert load.calls >= concurrent
