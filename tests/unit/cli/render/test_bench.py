"""What is shown of a search while it runs."""

from pathlib import Path
from typing import TextIO

import pytest
from support.bench_runs import ENVIRONMENT, STARTED_AT, SimulatedLab
from support.terminal import seen_on_terminal

from voipprobe.bench.loop import run_searches
from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.raw.writer import RawWriter, run_record
from voipprobe.cli.render.bench_progress import BenchProgress

PLAN = """
name = "relay"
[system]
kind = "kamailio-rtpengine"
[[size]]
cpus = 0.1
[search]
minimum = 100
maximum = 110
precision_ratio = 0.1
confirmations = 1
verifications = 0
"""


def searched(folder: Path, stream: TextIO, *, plain: bool = False, quiet: bool = False) -> None:
    """A whole search of a simulated system with its knee at 105 calls."""
    path = folder / "raw.jsonl"
    record = run_record("run-1", STARTED_AT, parse_plan(PLAN, "plan"), ENVIRONMENT)
    with RawWriter.create(path, record) as writer:
        raw = read_raw(path)
        with BenchProgress(raw, stream, plain=plain, quiet=quiet) as display:
            display.tell("making [1] machine")
            run_searches(raw, writer, SimulatedLab({"0.1cpu": 105.0}), display.step)


def test_lines(tmp_path: Path) -> None:
    """Each trial once: before it, what is tried and why; after it, how it went."""
    file = tmp_path / "lines.txt"
    with file.open("w") as stream:
        searched(tmp_path, stream)
    first, *lines = file.read_text().splitlines()
    assert first == "making [1] machine"
    assert lines[0].startswith("0.1cpu-1: 100 calls, light")
    assert "nothing passed yet, nothing failed yet" in lines[0]
    assert lines[1] == "0.1cpu-1 trial 1: 100 calls: pass"
    trials = [line.partition(":")[0] for line in lines if " trial " in line]
    assert trials == [f"0.1cpu-1 trial {number}" for number in range(1, len(trials) + 1)]
    assert "found after" in lines[-1]
    assert "\x1b" not in file.read_text()


def test_live_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the trials, the bounds and the time stand in one place."""
    monkeypatch.setenv("TERM", "xterm")
    seen = seen_on_terminal(lambda stream: searched(tmp_path, stream))
    for part in ("making [1] machine", "relay: 0.1cpu-1", "why", "100 passed", "minutes spent"):
        assert part in seen, seen
    assert "\x1b[2K" in seen


def test_quiet(tmp_path: Path) -> None:
    """Nothing at all."""
    assert seen_on_terminal(lambda stream: searched(tmp_path, stream, quiet=True)) == ""
