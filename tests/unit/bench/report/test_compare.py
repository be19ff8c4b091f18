"""Two runs against each other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.bench_runs import EC2, ec2_plan, write_run

from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.compare import Comparison, compare

Run = Callable[..., RawRun]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def one(name: str, c7i: float, c7g: float = 400.0, **options: Any) -> RawRun:
        knees = {"c7i.large": c7i, "c7g.large": c7g}
        return read_raw(write_run(tmp_path / name, knees, **options))

    return one


def plan(old: str, new: str) -> Plan:
    assert old in EC2
    return ec2_plan(EC2.replace(old, new))


def test_a_clear_difference_is_told_with_its_interval(run: Run) -> None:
    pair = compare(run("a", 300), run("b", 400)).pairs[0]
    assert pair.ratio == pytest.approx(4 / 3, rel=0.03)
    assert pair.low is not None
    assert pair.high is not None
    assert 1.2 < pair.low < 4 / 3 < pair.high < 1.45
    assert pair.differs is True


def test_a_difference_within_the_bounds_is_none(run: Run) -> None:
    """1 % more, where the bounds are 2 % wide and the repeats 2 % apart."""
    assert compare(run("a", 300), run("b", 303)).pairs[0].differs is False


def test_a_run_is_no_different_from_itself(run: Run) -> None:
    raw = run("a", 300)
    found = compare(raw, raw)
    assert [(pair.ratio, pair.differs) for pair in found.pairs] == [(1.0, False), (1.0, False)]
    assert found.warnings == found.obstacles == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hold_s = 20.0", "hold_s = 5.0", "call.hold_s is 20.0 in the first and 5.0 in the second"),
        ("hold_s = 20.0", 'hold_s = 20.0\ncodec = "pcma"', "call.codec is pcmu"),
        ("[order]", '[objective]\nthresholds = ["ser>=1"]\n[order]', "objective.thresholds is"),
    ],
)
def test_different_calls_or_objectives_cannot_be_compared(
    run: Run, old: str, new: str, said: str
) -> None:
    found = compare(run("a", 300), run("b", 300, plan=plan(old, new)))
    assert found.pairs == ()
    assert found.obstacles[0].startswith(said)


def test_a_size_whose_capacity_was_not_found_has_no_ratio(run: Run) -> None:
    pair = compare(run("a", 300), run("b", 300, reach=200)).pairs[0]
    assert (pair.ratio, pair.differs) == (None, None)
    assert pair.why_not == "the second found no capacity (3 x generator-limited)"


def test_runs_without_a_size_in_common_cannot_be_compared(run: Run, tmp_path: Path) -> None:
    other = plan('"c7g.large"', '"m7i.large"')
    other = other.model_copy(update={"size": other.size[1:]})
    second = read_raw(write_run(tmp_path / "b", {"m7i.large": 300.0}, plan=other))
    assert compare(run("a", 300), second).obstacles == ("they have no size in common",)


def test_two_runs_of_one_size_each_are_compared_though_the_sizes_differ(tmp_path: Path) -> None:
    whole = ec2_plan()
    first, second = (
        read_raw(
            write_run(
                tmp_path / name,
                {"c7i.large": 300.0, "c7g.large": 420.0},
                plan=whole.model_copy(update={"size": (size,)}),
            )
        )
        for name, size in zip("ab", whole.size, strict=True)
    )
    (pair,) = compare(first, second).pairs
    assert (pair.first.size, pair.second.size) == ("c7i.large", "c7g.large")
    assert pair.ratio == pytest.approx(1.4, rel=0.03)


def warned(first: RawRun, second: RawRun) -> str:
    found: Comparison = compare(first, second)
    assert found.obstacles == ()
    return "\n".join(found.warnings)


def test_what_else_is_different_is_told(run: Run) -> None:
    """Other searches, another version of voipprobe, another kernel."""
    first = run("a", 300)
    second = run("b", 300, plan=plan("[order]", "[search]\nfull_s = 90.0\n[order]"))
    text = warned(first, second)
    assert "search.full_s is 60.0 in the first and 90.0 in the second" in text
    environment = replace(first.run.environment, voipprobe="9.9")
    newer = replace(first, run=replace(first.run, environment=environment))
    assert "voipprobe is 0.1.0 in the first and 9.9 in the second" in warned(first, newer)
    facts = {"sbc": replace(first.machines[0].hosts["sbc"], kernel="6.9")}
    machines = tuple(replace(machine, hosts=facts) for machine in first.machines)
    assert "kernel is 6.1.0 in the first and 6.9" in warned(
        first, replace(first, machines=machines)
    )


@pytest.mark.parametrize(
    ("second_us", "worth"), [(5.5, "worth 9 % less"), (4.0, "worth 25 % more"), (5.05, None)]
)
def test_quotas_of_another_speed_are_told(run: Run, second_us: float, worth: str | None) -> None:
    """A core that needs longer for a datagram counts as a CPU already: its share is smaller."""
    first, second = run("a", 600.0), run("b", 600.0)

    def gauged(raw: RawRun, us: float) -> RawRun:
        return replace(raw, machines=tuple(replace(one, datagram_us=us) for one in raw.machines))

    warnings = compare(gauged(first, 5.0), gauged(second, second_us)).warnings
    told = [text for text in warnings if "a datagram costs" in text]
    assert [worth in text for text in told if worth] == [True] * (worth is not None)
    assert bool(told) == (worth is not None)


def test_single_searches_are_told_to_be_single(run: Run) -> None:
    once = plan("repeats = 3", "repeats = 1")
    text = warned(run("a", 300, plan=once), run("b", 300, plan=once))
    assert "one search says nothing of the spread" in text
