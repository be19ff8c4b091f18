"""What is done again and again: at its times, and never to make up for lost ones."""

from hypothesis import given
from hypothesis import strategies as st

from voipprobe.agent.service.periodic import Periodic, run_due


def test_each_is_done_at_its_own_times() -> None:
    done: list[str] = []
    tasks = [
        Periodic(10.0, lambda: done.append("a")),
        Periodic(25.0, lambda: done.append("b"), 5.0),
    ]
    now_s = 0.0
    times = []
    while now_s < 60.0:
        times.append(now_s)
        now_s = run_due(tasks, now_s)
    assert done.count("a") == 6
    assert done.count("b") == 3
    assert times == [0.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 55.0]


def test_missed_times_are_not_made_up_for() -> None:
    """After an hour of suspension one heartbeat is enough."""
    done: list[int] = []
    tasks = [Periodic(10.0, lambda: done.append(1))]
    run_due(tasks, 0.0)
    assert run_due(tasks, 3600.0) == 3610.0
    assert len(done) == 2


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=5), st.floats(0, 1e6))
def test_the_next_time_is_never_in_the_past(intervals: list[float], now_s: float) -> None:
    """Else the loop would spin."""
    tasks = [Periodic(interval_s, lambda: None) for interval_s in intervals]
    assert run_due(tasks, now_s) > now_s
