"""A search some of whose trials are spoilt: the system stands still for seconds, for no reason."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from voipprobe.bench.local.lab import LocalLab
from voipprobe.bench.local.machines import LocalBench
from voipprobe.bench.loop import Shown, run_searches
from voipprobe.bench.plan.effective import Search, trial_times
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.raw.records import MachineRecord
from voipprobe.bench.report.rows import rows
from voipprobe.bench.runs import begin
from voipprobe.bench.search.records import Request

pytestmark = [
    pytest.mark.alone,
    pytest.mark.integration,
    pytest.mark.netns,
    pytest.mark.platform,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        "VOIPPROBE_BENCH_LONG" not in os.environ, reason="takes minutes: VOIPPROBE_BENCH_LONG=1"
    ),
]

MOST = 37
SPOILT_RATIO = 0.05
STANDSTILL_S = 5.5
"""Longer than a caller waits for an answer: calls fail."""
SEED = 1
PLAN = Plan.model_validate({
    "name": "spoilt",
    "system": {"kind": "kamailio-rtpengine", "max_calls": MOST},
    "size": ({"cpus": 1.5},),
    "call": {"hold_s": 4.0},
    "objective": {"thresholds": ("success_ratio>=0.99",)},
    "search": {
        "minimum": 5, "maximum": 148, "light_s": 3, "short_s": 4, "full_s": 8, "settle_s": 1,
        "cooldown_s": 1,
    },
    "order": {"repeats": 3},
    "generators": {"most_steal_ratio": 0.1},
})  # fmt: skip


class SpoilingBench:
    """The machines of a search, whose system stands still in some trials."""

    def __init__(self, bench: LocalBench, chance: random.Random, spoilt: list[Request]) -> None:
        self._bench, self._chance, self._spoilt = bench, chance, spoilt

    @property
    def machine(self) -> MachineRecord:
        return self._bench.machine

    def rest(self, most_s: float) -> float:
        return self._bench.rest(most_s)

    def measure(self, request: Request) -> Shown:
        if self._chance.random() >= SPOILT_RATIO:
            return self._bench.measure(request)
        self._spoilt.append(request)
        times = trial_times(PLAN, request.length)
        timer = threading.Timer(times.ramp_s + times.settle_s, self._stand_still)
        timer.start()
        shown = self._bench.measure(request)
        timer.join()
        return shown

    def _stand_still(self) -> None:
        system = self._bench.stage.system
        assert system is not None
        pids = system.group.pids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(STANDSTILL_S)
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


class SpoilingLab:
    """Real machines, spoilt at random."""

    def __init__(self, lab: LocalLab) -> None:
        self._lab, self._chance = lab, random.Random(SEED)  # noqa: S311 - to be repeatable
        self.spoilt: list[Request] = []

    @contextlib.contextmanager
    def place(self, search: Search) -> Iterator[SpoilingBench]:
        with self._lab.place(search) as bench:
            yield SpoilingBench(bench, self._chance, self.spoilt)


def test_answer_stays_within_5_percent(tmp_path: Path) -> None:
    """Three searches, of whose trials 5 % are spoilt: 37 calls all the same."""
    writer, raw = begin(PLAN, tmp_path)
    with writer:
        lab = SpoilingLab(LocalLab(PLAN, writer.path.parent))
        answers = run_searches(raw, writer, lab)
    whole = read_raw(writer.path)
    history = [(one.search, one.load, one.verdict.status) for one in whole.trials]
    print(*history, *lab.spoilt, *answers, sep="\n")
    [row] = rows(whole)
    assert lab.spoilt
    assert row.calls == pytest.approx(MOST, rel=0.05), history
    for answer in answers:
        assert answer.lower == pytest.approx(MOST, rel=0.05), history
