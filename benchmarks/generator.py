"""How much load our own generator makes on this machine: sharded, and as one SIPp process.

Both call the responder directly, in namespaces of this machine, in the search of `voipprobe bench`:
what counts is the highest load that was confirmed with every check of the generator green.
"""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row
from voipprobe.bench.local.lab import LocalLab
from voipprobe.bench.loop import run_searches
from voipprobe.bench.plan.effective import rate_cps
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.raw.writer import RawWriter
from voipprobe.bench.runs import begin, go_on
from voipprobe.bench.search.answer import Answer

MEDIA_HOLD_S, BARE_HOLD_S = 5.0, 2.0
SEARCH = {
    "minimum": 100, "maximum": 20_000, "precision_ratio": 0.15, "light_s": 3, "short_s": 4,
    "full_s": 8, "settle_s": 1, "cooldown_s": 1, "verifications": 1,
    # void is what is looked for here: narrow below the first loads that are, as below failures
    "void_repeats": 1, "steal_repeats": 2, "retreats": 10,
}  # fmt: skip
WHOM = "generator, calls to the responder on the same 2 namespaces and cores"


def generator_rows(folder: Path) -> Iterator[Row]:
    """Concurrent calls with media, then calls per second without. Needs root.

    Some twenty minutes; runs that were cut short in a folder that was kept are gone on with.
    """
    both = [_found(folder, "media", MEDIA_HOLD_S, processes) for processes in (None, 1)]
    found = " against ".join(_calls(answer) for answer in both)
    yield Row(f"{WHOM}: concurrent calls with media, sharded against one SIPp", found, "", None)
    both = [_found(folder, "bare", BARE_HOLD_S, processes) for processes in (None, 1)]
    found = " against ".join(_rate(answer) for answer in both)
    yield Row("the same without media: calls/s, sharded against one SIPp", found, "", None)


def _found(folder: Path, name: str, hold_s: float, processes: int | None) -> Answer:
    writer, raw = _begun(_plan(name, hold_s, processes), folder / "runs")
    with writer:
        [answer] = run_searches(
            raw, writer, LocalLab(raw.plan, writer.path.parent, raw.datagram_us)
        )
    return answer


def _begun(plan: Plan, runs: Path) -> tuple[RawWriter, RawRun]:
    """A new run, or the one that was cut short in a folder that was kept."""
    cut = sorted(runs.glob(f"*-bench-{plan.name}"))
    return go_on(cut[-1], plan) if cut else begin(plan, runs)


def _plan(name: str, hold_s: float, processes: int | None) -> Plan:
    return Plan.model_validate({
        "name": f"{name}-{processes or 'sharded'}",
        "system": {"kind": "responder"},
        "size": ({"name": "responder", "cpus": 2.0},),
        "call": {"hold_s": hold_s, "media": "none" if name == "bare" else "through"},
        "objective": {"thresholds": ("success_ratio>=0.999",)},
        "search": SEARCH,
        "generators": {"processes": processes},
    })  # fmt: skip


def _calls(answer: Answer) -> str:
    return f"{answer.lower} ({answer.end})"


def _rate(answer: Answer) -> str:
    if answer.lower is None:
        return f"none ({answer.end})"
    return f"{rate_cps(_plan('bare', BARE_HOLD_S, None), answer.lower):.0f} ({answer.end})"
