"""`voipprobe --help` in a process of its own: what it loads and what it costs."""

import os
import subprocess
import sys

import pytest

HELP = ("-m", "voipprobe", "--help")
HEAVY = (
    "boto3", "botocore", "numba", "numpy", "pandas", "psutil", "pyarrow", "pydantic",
    "pyshark", "rich",
)  # fmt: skip
MOST_CPU_S = 0.3


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *HELP], capture_output=True, text=True, check=True
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


@pytest.mark.parametrize("argument", ["--help", "--nonsense"])
def test_a_reader_that_has_gone_is_no_traceback(argument: str) -> None:
    """As in `voipprobe --help | head -0`."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "voipprobe", argument],
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "Traceback" not in done.stderr
