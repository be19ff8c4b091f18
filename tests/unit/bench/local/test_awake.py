"""CPUs that do not sleep; the judge is the kernel's own count of how often they did."""

import os
import time
from pathlib import Path

import pytest

from voipprobe.bench.local.awake import LATENCY, awake

CPUIDLE = Path("/sys/devices/system/cpu/cpu0/cpuidle/state1/usage")


def sleeps() -> int:
    """How often CPUs entered a state deeper than polling."""
    states = Path("/sys/devices/system/cpu").glob("cpu*/cpuidle/state[1-9]/usage")
    return sum(int(one.read_text()) for one in states)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(
    not (os.access(LATENCY, os.W_OK) and CPUIDLE.exists()), reason="needs root and cpuidle"
)
def test_no_cpu_sleeps_while_it_is_asked_for() -> None:
    with awake() as kept:
        assert kept
        time.sleep(0.1)  # those that slept wake up
        before = sleeps()
        time.sleep(0.5)
        assert sleeps() == before


def test_what_is_written_and_that_it_ends(tmp_path: Path) -> None:
    """The latency that is allowed, 0 microseconds, in binary; the file is open no longer."""
    device = tmp_path / "latency"
    device.touch()
    before = open_files()
    with awake(device) as kept:
        assert kept
        assert device.read_bytes() == bytes(4)
        assert open_files() == before + 1
    assert open_files() == before


def test_a_host_that_does_not_offer_it_is_measured_as_it_is(tmp_path: Path) -> None:
    with awake(tmp_path / "none") as kept:
        assert not kept
