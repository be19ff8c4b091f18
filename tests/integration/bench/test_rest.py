"""Waiting until a system rests, on a real kernel."""

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from voipprobe.bench.local.place import Place
from voipprobe.bench.local.quota import group
from voipprobe.bench.local.rest import await_rest

pytestmark = [pytest.mark.alone, pytest.mark.integration, pytest.mark.netns]

BUSY = (
    "import time; end = time.monotonic() + {0}\nwhile time.monotonic() < end: pass\ntime.sleep(60)"
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with group("test") as made:
        yield Place(name="system", host=None, group=made, cores=1.0, folder=tmp_path)


@contextlib.contextmanager
def busy(place: Place, seconds: float) -> Iterator[None]:
    with place.start([sys.executable, "-c", BUSY.format(seconds)], "busy"):
        time.sleep(0.3)  # until it is in the group
        yield


def test_it_waits_for_work_to_be_done(place: Place) -> None:
    """A process that works for two more seconds, then sleeps."""
    with busy(place, 2.5):
        assert 1.5 <= await_rest(place) < 20.0


def test_it_does_not_wait_for_ever(place: Place) -> None:
    """What never rests is left alone."""
    with busy(place, 60.0):
        assert 1.0 <= await_rest(place, most_s=1.0) < 5.0


def test_rest_is_seen_at_once(place: Place) -> None:
    """Nothing runs."""
    assert await_rest(place) < 2.0
