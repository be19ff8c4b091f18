"""A quota that follows the CPUs, on a real kernel; the judge is the time that a process gets."""

import sys
import time
from pathlib import Path
from statistics import fmean

import psutil
import pytest

from voipprobe.bench.local.costs import gauged
from voipprobe.bench.local.quota import group
from voipprobe.bench.local.steady import SILENT_S, steady
from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child

pytestmark = [pytest.mark.alone, pytest.mark.integration, pytest.mark.netns]

BUSY = [sys.executable, "-c", "while True: pass"]
SETTLE_S, OVER_S = 3.0, 3.0


def cores_of(pid: int) -> float:
    """What a process used of the CPUs, as the kernel charges it."""
    process = psutil.Process(pid)
    before, begin = process.cpu_times(), time.monotonic()
    time.sleep(OVER_S)
    after, took_s = process.cpu_times(), time.monotonic() - begin
    return (after.user + after.system - before.user - before.system) / took_s


def test_a_process_gets_more_time_where_a_core_is_slower(tmp_path: Path) -> None:
    """A reference of a core that is half as slow as this one: every CPU second must count twice."""
    with group("test") as made, Child(made.inside(BUSY), folder=tmp_path, name="busy") as busy:
        with gauged(tmp_path) as costs:
            reference_us = fmean(costs.some(100))
        with steady(made, 0.2, tmp_path, reference_us) as kept:
            time.sleep(SETTLE_S)
            begins_at, plain = time.time(), cores_of(busy.pid)
            worth = kept.worth(begins_at, time.time())
        assert plain == pytest.approx(worth.cores, rel=0.15)
        with steady(made, 0.2, tmp_path, reference_us / 1.6) as kept:
            time.sleep(SETTLE_S)
            begins_at, slower = time.time(), cores_of(busy.pid)
            worth = kept.worth(begins_at, time.time())
    assert slower == pytest.approx(1.6 * plain, rel=0.25)
    assert slower == pytest.approx(worth.cores, rel=0.15)
    assert worth.speed_ratio == pytest.approx(1 / 1.6, rel=0.25)


def test_a_gauge_that_ended_is_told(tmp_path: Path) -> None:
    """Nobody knows what the quota was worth: no trial may be judged by it, be it that the gauge
    told of its beginning."""
    with group("test") as made, steady(made, 0.2, tmp_path, 5.0) as kept:
        begins_at = time.time()
        time.sleep(1.0)
        for one in psutil.Process().children(recursive=True):
            if any("gauge.py" in word for word in one.cmdline()):
                one.kill()
        time.sleep(SILENT_S + 1.0)
        for since in (begins_at, time.time()):
            with pytest.raises(ToolError, match="gauge of the CPUs has ended"):
                kept.worth(since, time.time())
