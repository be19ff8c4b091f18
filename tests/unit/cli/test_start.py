"""`voipprobe --help` in a process of its own: what it loads and what it costs."""

import os
import subprocess
import sys

import pytest

from voipprobe.cli.main import VOID

HELP = ("-m", "voipprobe", "--help")
GROUP_HELP = ("-m", "voipprobe", "cloudwatch", "--help")
HEAVY = (
    "boto3", "botocore", "numba", "numpy", "pandas", "psutil", "pyarrow", "pydantic",
    "pyshark", "rich",
)  # fmt: skip
MOST_CPU_S = 0.3


@pytest.mark.parametrize("arguments", [HELP, GROUP_HELP])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments], capture_output=True, text=True, check=True
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.split("\n")}
    assert {"click", "voipprobe"} <= loaded
    assert not loaded & set(HEAVY)


def test_help_costs_little_cpu_time() -> None:
    """The best of three: this machine has other things to do."""
    assert min(cpu_s() for _ in range(3)) < MOST_CPU_S


def cpu_s() -> float:
    before = os.times()
    subprocess.run([sys.executable, *HELP], stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )


@pytest.mark.parametrize("command", ["--help", "scenarios list", "scenarios show call --xml"])
def test_a_reader_that_has_gone(command: str) -> None:
    """As in `voipprobe ... | head -0`: no traceback, and neither "good" nor "threshold broken"."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as gone:
        argv = [sys.executable, "-m", "voipprobe", *command.split()]
        done = subprocess.run(argv, stdout=gone, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (VOID, b"")
