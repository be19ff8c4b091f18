"""How steady a size is: a plain CPU quota, and one that follows the speed of the CPUs.

The same calls through the same relay, trial after trial, under both in turn. A perfectly steady
size would have them use the same share of it each time.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

from benchmarks.rows import Row
from voipprobe.bench.local.lab import LocalLab
from voipprobe.bench.local.machines import LocalBench
from voipprobe.bench.plan.effective import searches
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.search.records import Length, Request
from voipprobe.bench.verdict.limits import system_cpu_ratio

CPUS, CALLS, TURNS = 0.2, 75, 6
PLAN = {
    "name": "steadiness",
    "system": {"kind": "kamailio-rtpengine"},
    "size": ({"cpus": CPUS},),
    "call": {"hold_s": 4.0},
    "search": {"short_s": 15, "full_s": 15, "settle_s": 1, "cooldown_s": 1},
}
WHAT = f"share of {CPUS:g} CPUs that {CALLS} calls through a relay need, {TURNS} trials each"


def steadiness_rows(folder: Path) -> Iterator[Row]:
    """By how much the share varies, plain against steady. Needs root; seven minutes."""
    lab = LocalLab(Plan.model_validate(PLAN), folder)
    shares: dict[str, list[float]] = {"plain": [], "steady": []}
    for _ in range(TURNS):
        for kind, found in shares.items():
            found.append(_share(lab, steady=kind == "steady"))
    spread = [100 * stdev(one) / fmean(one) for one in shares.values()]
    yield Row(f"{WHAT}: standard deviation, plain against steady", _against(spread), "", None)
    extremes = [100 * (max(one) / min(one) - 1) for one in shares.values()]
    yield Row("the same: by how much the most is above the least", _against(extremes), "", None)


def _against(percent: list[float]) -> str:
    return " against ".join(f"{one:.1f} %" for one in percent)


def _share(lab: LocalLab, *, steady: bool) -> float:
    [search] = searches(Plan.model_validate(PLAN))
    with lab.place(search) as bench:
        if not steady:
            _make_plain(bench)
        shown = bench.measure(Request(load=CALLS, length=Length.SHORT, why="how steady is it?"))
    return system_cpu_ratio(shown.measured.system) or 0.0


def _make_plain(bench: LocalBench) -> None:
    stage = bench.stage
    if stage.steady is None or stage.system is None:
        raise RuntimeError("a quota was expected that follows its CPUs")
    stage.steady.stop()
    stage.system.group.limit(CPUS)
    bench.stage = replace(stage, steady=None)
