"""`voipprobe bench` on real namespaces, quotas, SIPp, Kamailio and rtpengine.

The short form is what CI runs. VOIPPROBE_BENCH_LONG=1 adds the searches that take minutes; they
want a machine that does nothing else.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.rows import Row, rows
from voipprobe.bench.verdict.limits import Limit

pytestmark = [
    pytest.mark.alone,
    pytest.mark.integration,
    pytest.mark.netns,
    pytest.mark.platform,
    pytest.mark.timeout(900),
]

LONG = pytest.mark.skipif(
    "VOIPPROBE_BENCH_LONG" not in os.environ, reason="takes minutes: VOIPPROBE_BENCH_LONG=1"
)
BENCH = (sys.executable, "-m", "voipprobe", "bench")
QUICK = """
light_s = 2
short_s = 3
full_s = 4
settle_s = 0.5
cooldown_s = 0.3
confirmations = 1
verifications = 0
void_repeats = 4
[generators]
most_steal_ratio = 0.5
"""
"""As short as a search can be; this machine may be shared with other tests."""


def bench(folder: Path, plan: str, *arguments: str) -> tuple[int, RawRun]:
    """The exit code of a run, and its raw file."""
    file = folder / "plan.toml"
    file.write_text(plan)
    argv = [*BENCH, "run", str(file), "--output", str(folder / "runs"), "--plain", *arguments]
    running = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    told, _ = running.communicate(timeout=880)
    print(told)
    assert not leftovers(running.pid)
    [raw] = (folder / "runs").glob("*/raw.jsonl")
    return running.returncode, read_raw(raw)


def only_row(raw: RawRun) -> Row:
    [row] = rows(raw)
    return row


def history(raw: RawRun) -> list[Any]:
    return [(one.load, one.verdict.status, one.verdict.reasons) for one in raw.trials]


def known_answer(kind: str, most: int, *, minimum: int, maximum: int, hold_s: float) -> str:
    return f"""
name = "known-{most}"
[system]
kind = "{kind}"
max_calls = {most}
[[size]]
cpus = 1.5
[call]
hold_s = {hold_s}
media = "{"through" if "rtpengine" in kind else "beside"}"
[objective]
thresholds = ["success_ratio>=0.97"]
[search]
minimum = {minimum}
maximum = {maximum}
"""


def leftovers(pid: int) -> list[Path]:
    """Quotas of a run."""
    root, name = Path("/sys/fs/cgroup"), f"voipprobe-bench-{pid}-*"
    return [*root.glob(name), *root.glob(f"cpu/{name}")]


@pytest.mark.parametrize("kind", ["kamailio-rtpengine", pytest.param("kamailio", marks=LONG)])
def test_configured_maximum_is_found(tmp_path: Path, kind: str) -> None:
    """rtpengine's and Kamailio's own limit of 11 calls: the answer is 11, and says why."""
    plan = known_answer(kind, 11, minimum=9, maximum=12, hold_s=2.0)
    code, raw = bench(tmp_path, plan + QUICK)
    row = only_row(raw)
    assert code == 0, history(raw)
    assert (row.calls, row.calls_high) == (11, 12), history(raw)
    assert row.limit is Limit.CONFIGURED
    assert row.limit_text is not None
    assert "503" in row.limit_text
    [machine] = raw.machines
    assert machine.datagram_us is not None, "the quota follows the speed of the CPUs"
    assert all(one.measured.system[0].speed_ratio for one in raw.trials)
    files = {"kamailio", "kamailio.cfg", *(["rtpengine.conf"] if "rtpengine" in kind else [])}
    assert set(machine.configuration) == files
    assert "11" in machine.configuration["rtpengine.conf" if "rtpengine" in kind else "kamailio"]


def test_squeezed_generator_is_no_capacity(tmp_path: Path) -> None:
    """With 0.02 CPU for SIPp it is the generator that cannot: the system is never blamed."""
    plan = known_answer("kamailio-rtpengine", 1000, minimum=40, maximum=80, hold_s=2.0)
    plan += QUICK.replace("void_repeats = 4", "void_repeats = 0") + "cpus = 0.02\n"
    code, raw = bench(tmp_path, plan)
    row = only_row(raw)
    assert code == 3, history(raw)
    assert row.calls is None
    assert row.ends == {"generator-limited": 1}, history(raw)


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=LONG)])
def test_run_that_is_cut_short_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    """No process stays in mid-trial, no quota once a run has begun again, and no trial is lost."""
    file = tmp_path / "plan.toml"
    plan = known_answer("kamailio", 1000, minimum=3, maximum=4, hold_s=1.0)
    file.write_text(plan + QUICK)
    argv = [*BENCH, "run", str(file), "--output", str(tmp_path / "runs"), "--quiet"]
    running = subprocess.Popen(argv, stderr=subprocess.PIPE)
    raw_file = first_trial(tmp_path / "runs")
    assert leftovers(running.pid)
    running.send_signal(number)
    _, said = running.communicate(timeout=30)
    if number is signal.SIGTERM:
        assert (running.returncode, said.decode().strip()) == (130, "voipprobe: interrupted")
        assert not leftovers(running.pid)
    assert not still_running(running.pid), "the keepers end what SIGKILL leaves"
    before = read_raw(raw_file).trials
    again = [*argv, "--resume", str(raw_file.parent)]
    done = subprocess.run(again, capture_output=True, text=True, timeout=120, check=False)
    resumed = read_raw(raw_file)
    after, cpus = resumed.trials, {one.datagram_us for one in resumed.machines}
    assert done.returncode == 0, (done.stderr, history(read_raw(raw_file)))
    assert after[: len(before)] == before
    assert len(after) > len(before) > 0
    assert len(resumed.machines) == 2
    assert len(cpus - {None}) == len(cpus) == 1, "a CPU is worth the same in all of a run"
    assert not leftovers(running.pid)


def still_running(pid: int) -> list[str]:
    """Processes under a quota of a run, some seconds after its end."""
    left: list[str] = []
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        left = [one for path in leftovers(pid) for one in members(path)]
        if not left:
            return []
        time.sleep(0.2)
    return left


def members(quota: Path) -> list[str]:
    try:
        return (quota / "cgroup.procs").read_text().split()
    except FileNotFoundError:
        return []


def first_trial(runs: Path) -> Path:
    """The raw file of a run once it holds a trial."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for path in runs.glob("*/raw.jsonl"):
            if any(json.loads(line)["record"] == "trial" for line in whole_lines(path)):
                return path
        time.sleep(0.1)
    raise AssertionError("no trial was made within a minute")


def whole_lines(path: Path) -> list[str]:
    text = path.read_text()
    return text[: text.rfind("\n") + 1].splitlines()


@LONG
@pytest.mark.parametrize("most", [37, 150, 400])
def test_known_answer(tmp_path: Path, most: int) -> None:
    """Within the stated 2 %, or one call; the limit is no CPU, so others may take some of it."""
    plan = known_answer("kamailio-rtpengine", most, minimum=5, maximum=4 * most, hold_s=5.0)
    long = "light_s = 3\nshort_s = 5\nfull_s = 10\nsettle_s = 1\ncooldown_s = 1\n"
    long += "[generators]\nmost_steal_ratio = 0.2\n"
    code, raw = bench(tmp_path, plan.replace("0.97", "0.999") + long)
    row = only_row(raw)
    assert code == 0, history(raw)
    assert row.calls == pytest.approx(most, abs=max(1, 0.02 * most)), history(raw)
    assert row.limit is Limit.CONFIGURED


@LONG
def test_larger_sizes_carry_more(tmp_path: Path) -> None:
    """Twice the quota, between 1.5 and 2.7 times the calls, and CPU is named."""
    plan = """
name = "sizes"
[system]
kind = "kamailio-rtpengine"
[[size]]
cpus = 0.1
[[size]]
cpus = 0.2
[call]
hold_s = 3
[objective]
thresholds = ["success_ratio>=0.98", "loss_ratio<=0.01"]
[search]
minimum = 5
maximum = 400
precision_ratio = 0.05
light_s = 3
short_s = 4
full_s = 8
settle_s = 1
cooldown_s = 1
[order]
shuffled = false
"""
    code, raw = bench(tmp_path, plan)
    small, large = rows(raw)
    assert code == 0, history(raw)
    assert small.calls is not None
    assert large.calls is not None
    assert 1.5 < large.calls / small.calls < 2.7, history(raw)
    assert {small.limit, large.limit} == {Limit.CPU}
