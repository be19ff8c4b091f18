"""Who else wants our CPUs, told by how much of one a thread gets. The judge: one that spins."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from voipprobe.bench.local import neighbours
from voipprobe.bench.local.neighbours import await_neighbours, least_share

SPIN = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
print(flush=True)
while True: 0
"""


@pytest.fixture
def spinner() -> Iterator[None]:
    """A process that wants the last of our CPUs, all of it."""
    cpu = max(os.sched_getaffinity(0))
    argv = [sys.executable, "-c", SPIN, str(cpu)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.kill()


@pytest.mark.usefixtures("spinner")
def test_one_cpu_that_somebody_else_wants_is_seen() -> None:
    """Two who want one CPU have half of it each, and our threads may go where they could."""
    allowed = os.sched_getaffinity(0)
    assert least_share(0.5) < 0.75
    assert os.sched_getaffinity(0) == allowed


@pytest.mark.usefixtures("spinner")
def test_waiting_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "PAUSE_S", 0.05)
    assert 0.5 <= await_neighbours(0.5) < 5.0


def test_waiting_ends_when_they_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares are told, not measured: other tests run beside this one."""
    shares = iter([0.5, 0.94, 0.96, 0.5])
    monkeypatch.setattr(neighbours, "PAUSE_S", 0.01)
    monkeypatch.setattr(neighbours, "least_share", lambda: next(shares))
    assert await_neighbours(60.0) < 1.0
    assert next(shares) == 0.5


def test_nothing_is_asked_where_there_is_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "least_share", lambda: pytest.fail("asked"))
    assert await_neighbours(0.0) < 0.1
