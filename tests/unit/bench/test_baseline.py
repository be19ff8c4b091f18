"""The ceiling of the generators, and whose ceiling it is."""

from pathlib import Path

import pytest
from support.bench_runs import write_run

from voipprobe.bench.baseline import baseline_plan, fits
from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.raw.reader import read_raw

PLAN = """
name = "relay"
[system]
kind = "kamailio-rtpengine"
max_calls = 37
[[size]]
cpus = 0.1
[call]
hold_s = 5
"""


def test_baseline_is_the_same_calls_without_the_system() -> None:
    """To the responder, which may have all CPUs, once."""
    plan = parse_plan(PLAN + "[order]\nrepeats = 5\n", "plan")
    found = baseline_plan(plan, cpus=2)
    assert (found.system.kind, found.system.max_calls) == ("responder", None)
    assert [size.cpus for size in found.size] == [2.0]
    assert (found.call, found.objective) == (plan.call, plan.objective)
    assert found.search.maximum == 2 * plan.search.maximum
    assert found.order.repeats == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("max_calls = 37", "max_calls = 38"), True),
        (("hold_s = 5", "hold_s = 6"), False),
        (("[call]", "[generators]\ncpus = 0.5\n[call]"), False),
    ],
)
def test_baseline_of_other_calls_does_not_fit(
    tmp_path: Path, change: tuple[str, str], expected: bool
) -> None:
    """What the system is does not matter; what is sent, and by what, does."""
    baseline = baseline_plan(parse_plan(PLAN, "plan"), cpus=2)
    path = write_run(tmp_path / "raw.jsonl", {"generators": 300.0}, plan=baseline)
    plan = parse_plan(PLAN.replace(*change), "plan")
    assert fits(plan, read_raw(path)) is expected


def test_run_of_a_system_is_no_baseline(tmp_path: Path) -> None:
    """Its capacity is not that of the generators."""
    plan = parse_plan(PLAN, "plan")
    path = write_run(tmp_path / "raw.jsonl", {"0.1cpu": 60.0}, plan=plan)
    assert not fits(plan, read_raw(path))
