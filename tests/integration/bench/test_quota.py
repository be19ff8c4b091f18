"""CPU quotas on a real kernel."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from voipprobe.bench.evidence.collect import take_snapshot
from voipprobe.bench.evidence.delta import difference
from voipprobe.bench.evidence.questions import Watch
from voipprobe.bench.local.quota import Group, group
from voipprobe.process.child import Child

pytestmark = [pytest.mark.alone, pytest.mark.integration, pytest.mark.netns]

BUSY = [sys.executable, "-c", "while True: pass"]


def cores_used(made: Group, seconds: float) -> float:
    watch = Watch(roots=made.pids(), cgroup=str(made.folder))
    before = take_snapshot(watch)
    time.sleep(seconds)
    used = difference(before, take_snapshot(watch)).process_cores
    assert used is not None
    return used


def test_quota_holds(tmp_path: Path) -> None:
    """A process that wants a whole CPU gets its share and no more."""
    with group("test") as made:
        made.limit(0.2)
        with Child(made.inside(BUSY), folder=tmp_path, name="busy"):
            time.sleep(0.2)
            assert cores_used(made, 2.0) < 0.25


def test_quota_can_be_lifted(tmp_path: Path) -> None:
    """Starting is done without one."""
    with group("test") as made:
        made.limit(0.05)
        made.limit(None)
        with Child(made.inside(BUSY), folder=tmp_path, name="busy"):
            time.sleep(0.2)
            assert cores_used(made, 1.0) > 0.1


def test_quota_smaller_than_the_kernel_takes(tmp_path: Path) -> None:
    """The kernel wants 1 ms at least: the period grows instead."""
    with group("test") as made:
        made.limit(0.02)
        with Child(made.inside(BUSY), folder=tmp_path, name="busy"):
            time.sleep(0.2)
            assert cores_used(made, 2.0) < 0.05


def test_group_is_gone_with_all_that_ran_in_it() -> None:
    """Also with what a start script left behind."""
    with group("test") as made:
        script = ["sh", "-c", "setsid sleep 1000 > /dev/null 2>&1 & true"]
        subprocess.run(made.inside(script), check=True, capture_output=True)
        [left] = made.pids()
    assert not made.folder.exists()
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == "zombie"


def test_what_a_crash_left_is_taken_away() -> None:
    """Groups of processes of ours that are gone, and only those."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    with group("living") as living:
        dead = living.folder.parent / f"voipprobe-bench-{ended.pid}-system"
        dead.mkdir()
        with group("next"):
            assert not dead.exists()
            assert living.folder.exists()
    assert not list(living.folder.parent.glob(f"voipprobe-bench-{os.getpid()}-*"))
