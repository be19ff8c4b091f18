"""Waits that grow, differ and end."""

import pytest

from voipprobe.aws.metrics.backoff import Backoff


def test_the_bound_doubles_up_to_its_limit_and_success_resets_it() -> None:
    waits = Backoff(base_s=1.0, most_s=10.0, draw=lambda _low, high: high)
    assert [waits.failed() for _ in range(6)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    waits.succeeded()
    assert waits.failed() == 1.0


def test_the_jitter_is_full() -> None:
    """Drawn from zero: agents that failed together do not come back together."""
    waits = Backoff(base_s=8.0, draw=lambda low, high: (low, high)[0])
    assert waits.failed() == 0.0
    drawn = [Backoff(base_s=8.0).failed() for _ in range(300)]
    assert 0 <= min(drawn) < 1
    assert 7 < max(drawn) <= 8
    assert sum(drawn) / len(drawn) == pytest.approx(4.0, abs=1.0)


def test_a_year_of_failures_is_no_overflow() -> None:
    waits = Backoff()
    assert max(waits.failed() for _ in range(5000)) <= 300.0
