"""A load in the shares of several processes."""

import pytest

from voipprobe.bench.local.shards import Shard, processes_for, shards
from voipprobe.bench.plan.effective import TrialTimes
from voipprobe.bench.plan.sections import GeneratorsSection

TIMES = TrialTimes(ramp_s=5, settle_s=1, plateau_s=4, drain_s=5, cooldown_s=0)


def shares(load: int, *, hold_s: float = 5.0, cpus: int = 2) -> tuple[Shard, ...]:
    return shards(load, hold_s, TIMES, processes_for(GeneratorsSection(), load, cpus))


@pytest.mark.parametrize("load", [1, 2, 37, 400, 899, 900, 901, 5003])
def test_shares_are_the_load(load: int) -> None:
    """Nothing is rounded away, and no process gets more than it can send."""
    found = shares(load)
    assert sum(one.load for one in found) == load
    assert max(one.load for one in found) - min(one.load for one in found) <= 1
    assert max(one.load for one in found) <= 900


@pytest.mark.parametrize(("load", "number"), [(37, 1), (399, 1), (400, 2), (1800, 2), (1801, 3)])
def test_processes(load: int, number: int) -> None:
    """One while it is enough, one a CPU where that helps, as many as the streams need."""
    assert len(shares(load)) == number


def test_processes_that_a_plan_asks_for() -> None:
    """So many on each generator, whatever the load; none without a call."""
    plan = GeneratorsSection(processes=3, count=2)
    assert processes_for(plan, 10_000, 64) == 6
    assert len(shards(4, 5.0, TIMES, 6)) == 4


@pytest.mark.parametrize(("load", "number"), [(12, 3), (1000, 4)])
def test_the_load_does_not_depend_on_the_number_of_processes(load: int, number: int) -> None:
    """Less than one call is missing on average, not one for each process (Little's law)."""
    up = sum(one.rate_cps * one.hold_ms / 1000 for one in shards(load, 5.0, TIMES, number))
    assert load - 1 < up < load


@pytest.mark.parametrize("load", [1, 37, 150, 901])
def test_never_more_calls_than_the_load(load: int) -> None:
    """A call is over before its successor begins; the number up reaches the load all the same."""
    for one in shares(load):
        between_s = 1 / one.rate_cps
        held_s = one.hold_ms / 1000
        assert (one.load - 1) * between_s - 1e-3 <= held_s < one.load * between_s


def test_calls_last_to_the_end_of_the_plateau() -> None:
    """Ramp, settling and plateau are filled at one rate."""
    [one] = shares(37)
    assert one.calls / one.rate_cps >= 10.0
    assert (one.calls - 1) / one.rate_cps < 10.0


def test_processes_do_not_call_at_the_same_moment() -> None:
    """Their calls interleave: the second begins half a step after the first."""
    first, second = shares(400)
    assert first.delay_s == 0
    assert second.delay_s == pytest.approx(0.5 / first.rate_cps)
