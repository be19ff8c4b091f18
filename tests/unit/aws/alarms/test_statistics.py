"""Statistics over Values/Counts."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.aws.alarms.simulator.history import History, series_key
from voipprobe.aws.alarms.simulator.statistics import BASIC, statistic
from voipprobe.model.errors import ConfigError
from voipprobe.model.measurement import Measurement, counted

SAMPLES = ((1.0, 2), (3.6, 1), (4.0, 6), (4.4, 1))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SampleCount", 10),
        ("Sum", 34.0),
        ("Average", 3.4),
        ("Minimum", 1),
        ("Maximum", 4.4),
        ("p5", 1),
        ("p20", 1),
        ("p20.1", 3.6),
        ("p50", 4),
        ("p90", 4),
        ("p99.9", 4.4),
        ("p100", 4.4),
        ("p0", 1),
        ("PR(:3.6)", 30),
        ("PR(3.6:)", 70),
        ("PR(1:4)", 70),
        ("PR(4.4:)", 0),
        ("PR(-1:1)", 20),
    ],
)
def test_a_statistic(name: str, expected: float) -> None:
    """PR leaves its lower bound out and takes its upper bound in."""
    assert statistic(name)(SAMPLES) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["", "sum", "p101", "p", "PR", "PR(:)", "PR(a:b)", "tm90", "P95"])
def test_what_is_no_statistic_is_refused(name: str) -> None:
    """With what it could be."""
    with pytest.raises(ConfigError, match="is not one of SampleCount"):
        statistic(name)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60), st.integers(1, 100))
def test_counts_change_nothing(values: list[int], percent: int) -> None:
    """(value, times) is as good as the values one by one."""
    once = tuple((float(value), 1) for value in values)
    for name in (*BASIC, f"p{percent}", "PR(-5:20)"):
        assert statistic(name)(counted(values)) == pytest.approx(statistic(name)(once))
    rank = max(1, ceil(len(values) * percent / 100))
    assert statistic(f"p{percent}")(once) == sorted(values)[rank - 1]


def test_a_period_begins_with_its_start_and_ends_before_its_end() -> None:
    """And the order of dimensions does not matter, but every dimension does."""
    path = (("Source", "iad"), ("Destination", "pdx"))
    history = History(
        [
            Measurement(metric="MOS", dimensions=path, at=at, samples=((at, 1),))
            for at in (180.0, 60.0, 119.5, 120.0)
        ]
    )
    key = series_key("MOS", reversed(path))
    assert history.datapoint(key, statistic("Sum"), 60, 120) == 179.5
    assert history.datapoint(key, statistic("SampleCount"), 60, 181) == 4
    assert history.datapoint(key, statistic("Sum"), 0, 60) is None
    assert history.datapoint(series_key("MOS", path[:1]), statistic("Sum"), 0, 999) is None
    assert history.span == (60, 180)
    assert History([]).span is None
