"""When rounds begin, judged by counting: nothing twice, nothing lost, nothing in a rush."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.agent.schedule import LATE_AFTER_S, Schedule, first_due_in_s, phase_s

REGIONS = ("us-east-1", "us-east-2", "us-west-1", "us-west-2")

# eighths of a second are exact in binary: counts can be compared without a margin
eighths = st.integers(1, 400).map(lambda n: n / 8)
intervals = st.integers(8, 160).map(lambda n: n / 8)


@dataclass
class Driver:
    """Plays the agent's loop, and keeps account of its own."""

    schedule: Schedule
    most: int
    now_s: float = 0.0
    under_way: set[str] = field(default_factory=set)
    begun: dict[str, int] = field(default_factory=dict)

    def begin(self) -> list[str]:
        names = self.schedule.begin(self.now_s)
        assert len(set(names)) == len(names)
        assert not set(names) & self.under_way, "two rounds of one turn at once"
        if names:
            assert len(self.under_way) + len(names) <= self.most, "more than the most at once"
        self.under_way |= set(names)
        for name in names:
            self.begun[name] = self.begun.get(name, 0) + 1
        return names

    def end(self, name: str) -> None:
        self.under_way.discard(name)
        self.schedule.end(name)


@given(
    turns=st.lists(st.tuples(intervals, eighths), min_size=1, max_size=6),
    most=st.integers(1, 4),
    steps=st.lists(st.tuples(eighths, st.integers(0, 6)), max_size=60),
)
def test_every_interval_is_a_round_or_is_counted_as_skipped(
    turns: Sequence[tuple[float, float]], most: int, steps: Sequence[tuple[float, int]]
) -> None:
    """Whatever the times at which the loop turns, and however long rounds take."""
    driver = Driver(Schedule(most), most)
    for number, (interval_s, due_s) in enumerate(turns):
        driver.schedule.put(str(number), interval_s, due_s)
    for step_s, ends in steps:
        driver.now_s += step_s
        for name in sorted(driver.under_way)[:ends]:
            driver.end(name)
        driver.begin()
        for number, (interval_s, first_s) in enumerate(turns):
            turn = driver.schedule.turns[str(number)]
            passed = max(math.floor((driver.now_s - first_s) / interval_s) + 1, 0)
            waiting = turn.due_s <= driver.now_s  # due, and no place is free
            assert turn.rounds + turn.skipped + waiting == passed
            assert turn.rounds == driver.begun.get(str(number), 0)
            assert driver.now_s - turn.due_s < interval_s
            assert (turn.due_s - first_s) % interval_s == 0, "the phase has moved"


@given(
    turns=st.lists(st.tuples(intervals, eighths), min_size=1, max_size=6),
    most=st.integers(1, 3),
    rounds_s=st.lists(eighths, min_size=1, max_size=10),
    dawdle_s=st.sampled_from([0.0, 0.125, 3.0]),
)
def test_the_loop_never_spins_and_never_oversleeps(
    turns: Sequence[tuple[float, float]], most: int, rounds_s: Sequence[float], dawdle_s: float
) -> None:
    """It waits until `wake_s` or the end of a round; asked at the same time again, it may not be
    told to come back at once unless something then begins."""
    driver = Driver(Schedule(most), most)
    for number, (interval_s, due_s) in enumerate(turns):
        driver.schedule.put(str(number), interval_s, due_s)
    ends: dict[str, float] = {}
    for turn_of_loop in range(80):
        for name in [name for name, end_s in ends.items() if end_s <= driver.now_s]:
            driver.end(name)
            del ends[name]
        for name in driver.begin():
            ends[name] = driver.now_s + rounds_s[turn_of_loop % len(rounds_s)]
        driver.now_s += dawdle_s * (turn_of_loop % 2)  # what launching takes
        wake_s = driver.schedule.wake_s(driver.now_s)
        assert wake_s is not None
        assert wake_s >= driver.now_s
        could_begin = [
            turn.name
            for turn in driver.schedule.turns.values()
            if turn.due_s <= driver.now_s and turn.name not in driver.under_way
        ]
        if could_begin and len(driver.under_way) < most:
            assert wake_s == driver.now_s, "what has become due must not wait for its next turn"
        else:
            assert wake_s > driver.now_s or dawdle_s > 0
        driver.now_s = min([wake_s, *ends.values()])


def test_what_becomes_due_while_others_are_launched_begins_at_once() -> None:
    """Launching may take seconds, where the nursery starts again."""
    schedule = Schedule(4)
    schedule.put("first", 60.0, 10.0)
    schedule.put("second", 60.0, 11.0)
    assert schedule.begin(10.0) == ["first"]
    assert schedule.wake_s(12.0) == 12.0
    assert schedule.begin(12.0) == ["second"]
    assert schedule.wake_s(12.0) == 70.0


def test_nothing_to_do_is_never() -> None:
    assert Schedule(4).wake_s(5.0) is None
    assert Schedule(4).begin(5.0) == []


def test_a_long_sleep_floods_nothing() -> None:
    """After a day of sleep each turn begins once; what was missed is skipped and counted."""
    schedule = Schedule(10)
    for number in range(5):
        schedule.put(str(number), 30.0, float(number))
    assert len(schedule.begin(10.0)) == 5
    for number in range(5):
        schedule.end(str(number))
    awake_s = 10.0 + 86400.0
    assert len(schedule.begin(awake_s)) == 5
    assert schedule.begin(awake_s) == []
    assert {turn.skipped for turn in schedule.turns.values()} == {2879}
    wake_s = schedule.wake_s(awake_s)
    assert wake_s is not None
    assert awake_s < wake_s <= awake_s + 30.0


def test_the_longest_due_goes_first_when_places_are_few() -> None:
    schedule = Schedule(1)
    schedule.put("new", 60.0, 5.0)
    schedule.put("old", 60.0, 1.0)
    assert schedule.begin(6.0) == ["old"]
    schedule.end("old")
    assert schedule.begin(6.0) == ["new"]


@pytest.mark.parametrize(("at_s", "late"), [(10.0 + LATE_AFTER_S, 0), (10.01 + LATE_AFTER_S, 1)])
def test_a_round_is_late_after_a_second(at_s: float, late: int) -> None:
    schedule = Schedule(1)
    schedule.put("one", 60.0, 10.0)
    assert schedule.begin(at_s) == ["one"]
    assert schedule.turns["one"].late == late


def test_a_round_of_work_that_was_dropped_still_takes_its_place() -> None:
    """Else a reload would double what is under way."""
    schedule = Schedule(1)
    schedule.put("gone", 10.0, 0.0)
    assert schedule.begin(0.0) == ["gone"]
    schedule.drop("gone")
    schedule.put("fresh", 10.0, 1.0)
    assert schedule.under_way == 1
    assert schedule.begin(1.0) == []
    schedule.end("gone")
    assert schedule.begin(2.0) == ["fresh"]


def test_work_that_was_dropped_and_put_back_is_not_begun_twice() -> None:
    schedule = Schedule(4)
    schedule.put("one", 10.0, 0.0)
    assert schedule.begin(0.0) == ["one"]
    schedule.drop("one")
    schedule.put("one", 10.0, 5.0)
    assert schedule.begin(5.0) == []
    assert schedule.turns["one"].skipped == 1
    schedule.end("one")
    assert schedule.begin(15.0) == ["one"]


def test_what_was_dropped_keeps_its_counts() -> None:
    """A counter that goes back would be a spike in a graph."""
    schedule = Schedule(1)
    schedule.put("one", 10.0, 0.0)
    schedule.begin(35.0)
    schedule.drop("one")
    schedule.drop("never there")
    assert (schedule.late_before, schedule.skipped_before) == (1, 3)


def test_putting_work_again_moves_it_only_with_another_interval() -> None:
    """A reload without change must not shift the phases."""
    schedule = Schedule(1)
    schedule.put("one", 10.0, 3.0)
    schedule.put("one", 10.0, 9.0)
    assert schedule.wake_s(0.0) == 3.0
    schedule.put("one", 20.0, 9.0)
    assert schedule.wake_s(0.0) == 9.0


def test_the_most_at_once_may_change() -> None:
    schedule = Schedule(2)
    for name in "abc":
        schedule.put(name, 10.0, 0.0)
    assert len(schedule.begin(0.0)) == 2
    schedule.set_most_at_once(1)
    assert schedule.begin(1.0) == []
    schedule.set_most_at_once(3)
    assert len(schedule.begin(1.0)) == 1


@given(
    st.text(max_size=30), st.text(max_size=30), st.floats(1, 86400), st.floats(0, 4e9)
)  # fmt: skip
def test_a_phase_is_inside_its_interval_and_stable(
    agent: str, work: str, interval_s: float, wall_s: float
) -> None:
    """The first round begins within one interval, whenever the agent starts."""
    phase = phase_s(agent, work, interval_s)
    assert 0 <= phase < interval_s
    assert phase == phase_s(agent, work, interval_s)
    assert 0 <= first_due_in_s(agent, work, interval_s, wall_s) <= interval_s


def test_a_restart_keeps_the_phase() -> None:
    """Whenever it starts, rounds begin at the same seconds of the wall clock."""
    begins = {
        round((start_s + first_due_in_s("us-east-1", "mesh>b", 60.0, start_s)) % 60.0, 3)
        for start_s in (1_790_000_000.0, 1_790_000_017.3, 1_790_000_059.9)
    }
    assert len(begins) == 1


def test_phases_of_a_fleet_are_spread() -> None:
    """Four Regions with 50 works each: no tenth of the interval is empty or holds a quarter."""
    phases = [phase_s(agent, f"w{n}", 60.0) for agent in REGIONS for n in range(50)]
    tenths = [sum(int(phase // 6) == tenth for phase in phases) for tenth in range(10)]
    assert min(tenths) > 5
    assert max(tenths) < 50
    assert len({phase_s(agent, "mesh>x", 60.0) // 1 for agent in REGIONS}) == 4
