"""The ceiling of the generators: calls without a system between them (RFC 7502 6.1)."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.raw.records import BaselineRecord
from voipprobe.bench.search.answer import Answer

RESPONDER_SIZE: Final = "generators"
MOST_CALLS: Final = 1_000_000
MUST_AGREE: Final = ("provider", "call", "objective", "generators")
"""Sections of a plan with which a ceiling stands and falls."""


def baseline_plan(plan: Plan, cpus: int) -> Plan:
    """The plan of the baseline: the same calls, straight to the responder.

    Args:
        plan: of the benchmark.
        cpus: of this host; the responder may have all of them. On EC2 it has a generator's type.
    """
    document = plan.model_dump(mode="json")
    document["name"] = f"{plan.name[:50]}-baseline"
    document["system"] = {"kind": "responder"}
    size = {"cpus": float(cpus)} if plan.provider == "local" else {"type": plan.generators.type}
    document["size"] = [{"name": RESPONDER_SIZE, **size}]
    # what a plan may find at most is then half of the ceiling
    document["search"]["maximum"] = min(2 * plan.search.maximum, MOST_CALLS)
    document["order"] = {"repeats": 1}
    return Plan.model_validate_json(json.dumps(document))


def baseline_record(found: Answer) -> BaselineRecord:
    """The answer of its search as the raw file of another run keeps it."""
    lower = found.lower if found.lower is not None else found.passed
    return BaselineRecord(at=time.time(), lower=lower, upper=found.upper, end=found.end.value)


def fits(plan: Plan, other: RawRun) -> bool:
    """Whether the run is a baseline for a plan."""
    document: Mapping[str, Any] = plan.model_dump(mode="json")
    return (
        other.plan.size[:1] != ()
        and other.plan.size[0].label == RESPONDER_SIZE
        and all(document.get(section) == other.run.plan.get(section) for section in MUST_AGREE)
    )


def baseline_folders(output: Path) -> Iterator[Path]:
    """Run folders that may hold a baseline, the newest first."""
    yield from sorted(output.glob("*-bench-*-baseline"), reverse=True)
