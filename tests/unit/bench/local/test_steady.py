"""A quota that follows the speed of the CPUs: the arithmetic, and the program that gauges them."""

import subprocess
import sys
import time

import pytest

from voipprobe.bench.local.costs import PROGRAM
from voipprobe.bench.local.steady import quota_for


def test_twice_the_cost_is_worth_twice_the_quota() -> None:
    assert quota_for(0.2, [5.0, 5.0], 5.0) == pytest.approx(0.2)
    assert quota_for(0.2, [10.0], 5.0) == pytest.approx(0.4)
    assert quota_for(0.2, [2.5], 5.0) == pytest.approx(0.1)


def test_all_recent_costs_count_the_same() -> None:
    assert quota_for(0.1, [4.0, 5.0, 9.0], 5.0) == pytest.approx(0.1 * 6.0 / 5.0)


@pytest.mark.parametrize(("cost_us", "factor"), [(500.0, 2.0), (0.01, 0.5)])
def test_a_measurement_gone_wrong_does_not_run_away_with_the_quota(
    cost_us: float, factor: float
) -> None:
    assert quota_for(0.2, [cost_us], 5.0) == pytest.approx(0.2 * factor)


def test_the_gauge_tells_costs_as_time_goes_by() -> None:
    """At least ten a second; each is CPU time of two system calls: 0.2 us would be too good."""
    with subprocess.Popen(
        [sys.executable, "-I", "-S", str(PROGRAM)], stdout=subprocess.PIPE, text=True
    ) as gauge:
        assert gauge.stdout is not None
        told = [gauge.stdout.readline().split() for _ in range(10)]
        gauge.terminate()
    times = [float(at) for at, _ in told]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(time.time(), abs=2.0)
    assert times[-1] - times[0] < 2.0
    assert all(0.2 < float(cost) < 500.0 for _, cost in told)
