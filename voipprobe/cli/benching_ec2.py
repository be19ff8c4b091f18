"""A run of a benchmark on EC2 as the command line does it: refused or begun."""

from collections.abc import Callable
from pathlib import Path

from voipprobe.bench.ec2.checks import notes
from voipprobe.bench.ec2.journal import Journal
from voipprobe.bench.ec2.lab import Ec2Lab
from voipprobe.bench.ec2.preflight import Preflight, preflight
from voipprobe.bench.loop import Lab
from voipprobe.bench.plan.effective import Search, search_settings, searches
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.search.answer import Answer
from voipprobe.bench.search.steps import next_step
from voipprobe.cli.benching import LabMaker


def ec2_lab(plan: Plan, *, is_new: bool) -> LabMaker:
    """What makes instances for a run.

    A new run is refused here, before it has so much as a folder.

    Raises:
        ConfigError: its types, places or budget do not allow it.
        CloudError: AWS does not answer.
    """
    found = preflight(plan, left=searches(plan)) if is_new else None
    return lambda raw, folder, say: _lab(raw, folder, say, found)


def _lab(raw: RawRun, folder: Path, say: Callable[[str], None], found: Preflight | None) -> Lab:
    """What an earlier attempt of the run has left is removed first."""
    spent_usd = Journal(folder).spent_usd()
    before = found or preflight(raw.plan, left=_left(raw), spent_usd=spent_usd)
    lab = Ec2Lab(raw.plan, raw.run.run, folder, before, say)
    lab.clear()
    for text in (_bound(before), *notes(before.kinds)):
        say(text)
    return lab


def _left(raw: RawRun) -> tuple[Search, ...]:
    """Searches without an answer."""
    settings = search_settings(raw.plan)
    return tuple(
        one
        for one in searches(raw.plan)
        if not isinstance(next_step(raw.tried(one.id), settings), Answer)
    )


def _bound(before: Preflight) -> str:
    sources = sorted({price.source for price in before.prices.values()})
    return f"costs ${before.bound.usd or 0.0:.2f} at most ({'; '.join(sources)})"
