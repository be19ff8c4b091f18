"""Signals as something to wait for."""

import os
import select
import signal
from collections.abc import Iterator

import pytest

from voipprobe.agent.service.wake import Wake


@pytest.fixture
def wake() -> Iterator[Wake]:
    made = Wake()
    yield made
    made.close()


def is_ready(wake: Wake, within_s: float) -> bool:
    return bool(select.select([wake], [], [], within_s)[0])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_term_and_int_end(wake: Wake, number: signal.Signals) -> None:
    os.kill(os.getpid(), number)
    assert is_ready(wake, 10)
    assert (wake.stop_asked, wake.reload_asked) == (True, False)


def test_hup_reloads(wake: Wake) -> None:
    os.kill(os.getpid(), signal.SIGHUP)
    assert is_ready(wake, 10)
    assert (wake.stop_asked, wake.reload_asked) == (False, True)


def test_without_a_signal_nothing_wakes(wake: Wake) -> None:
    assert not is_ready(wake, 0.05)


def test_many_signals_wake_once_after_they_are_drained(wake: Wake) -> None:
    """A thousand SIGHUPs of a script that went wild: no busy loop, and none blocks."""
    for _ in range(1000):
        os.kill(os.getpid(), signal.SIGHUP)
    assert is_ready(wake, 10)
    wake.drain()
    assert not is_ready(wake, 0)
    wake.drain()
    assert wake.reload_asked


def test_a_signal_in_the_middle_of_a_wait_ends_it(wake: Wake) -> None:
    """Python restarts select() after a handler: only the descriptor ends it."""
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    assert is_ready(wake, 30)
    assert wake.stop_asked
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_after_it_signals_are_as_before() -> None:
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    Wake().close()
    after = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    assert after == before
    assert signal.set_wakeup_fd(-1) == -1
