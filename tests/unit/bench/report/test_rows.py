"""The table of a run, from its raw file alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.bench_runs import EC2, ec2_plan, write_run

from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.outcomes import outcomes
from voipprobe.bench.report.rows import Row, rows
from voipprobe.bench.search.answer import End
from voipprobe.bench.verdict.limits import Limit

KNEES = {"c7i.large": 300.0, "c7g.large": 420.0}
LOCAL = """
name = "p"
[system]
kind = "kamailio"
[[size]]
cpus = 0.5
[call]
media = "beside"
"""

Write = Callable[..., RawRun]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def one(knees: dict[str, float] | None = None, **options: Any) -> RawRun:
        return read_raw(write_run(tmp_path / "raw", knees or KNEES, **options))

    return one


def by_size(raw: RawRun) -> dict[str, Row]:
    return {row.size: row for row in rows(raw)}


def test_a_row_has_the_median_the_bounds_the_spread_and_what_limited(write: Write) -> None:
    """Three searches of knees 300, 303 and 306."""
    row = by_size(write())["c7i.large"]
    assert (row.n, row.searches, row.ends) == (3, 3, {"found": 3})
    assert row.calls is not None
    assert row.calls_low is not None
    assert row.calls_high is not None
    assert 294 <= row.calls_low <= row.calls <= 306 < row.calls_high <= 313
    assert row.spread_ratio == pytest.approx(0.02, abs=0.02)
    assert row.limit is Limit.CPU
    assert row.limit_text == "sbc: its processes used 1.95 of 2 cores (most: rtpengine)"
    assert row.warnings == ()


def test_a_row_has_what_follows_from_the_calls(write: Write) -> None:
    """Hold time 20 s, 200 packets a second at a relay, $0.0725 an hour."""
    row = by_size(write())["c7g.large"]
    assert row.calls is not None
    assert row.rate_cps == pytest.approx(row.calls / 20.0)
    assert row.packets_per_s == pytest.approx(row.calls * 200)
    assert row.usd_per_1000_call_hours == pytest.approx(72.5 / row.calls)
    assert row.calls_per_usd_hour == pytest.approx(row.calls / 0.0725)


def test_the_sizes_stand_in_the_order_of_the_plan(write: Write) -> None:
    assert list(by_size(write())) == ["c7i.large", "c7g.large"]


def test_a_generator_that_was_the_limit_is_no_capacity(write: Write) -> None:
    """What it proved is told, and no price is made of it."""
    row = by_size(write(reach=250))["c7i.large"]
    assert row.ends == {"generator-limited": 3}
    assert row.calls is row.rate_cps is row.usd_per_1000_call_hours is None
    assert row.at_least is not None
    assert 200 <= row.at_least <= 250
    assert row.limit is None


def test_a_capacity_near_the_ceiling_of_the_generators_is_flagged(write: Write) -> None:
    found = by_size(write(ceiling=700))
    assert found["c7i.large"].warnings == ()
    assert "above half" in found["c7g.large"].warnings[0]


def test_a_run_without_baseline_says_so(write: Write) -> None:
    assert "no baseline" in by_size(write(ceiling=None))["c7i.large"].warnings[0]


def test_local_figures_and_signalling_only(write: Write) -> None:
    """No price, no packets of media, and veth is no network."""
    plan = parse_plan(LOCAL, "p")
    (row,) = rows(write({"0.5cpu": 150.0}, plan=plan))
    assert row.calls == pytest.approx(150, rel=0.02)
    assert row.packets_per_s is row.usd_per_hour is row.spread_ratio is None
    assert row.warnings == ("local figures: veth is no network",)


def test_an_external_system_has_one_row(write: Write) -> None:
    text = 'name = "p"\n[system]\nkind = "external"\nuri = "sip:echo@192.0.2.1"\n'
    (row,) = rows(write({"as-it-is": 80.0}, plan=parse_plan(text, "p")))
    assert (row.size, row.n) == ("as-it-is", 1)
    assert row.calls == pytest.approx(80, abs=2)


def test_a_run_that_was_cut_short_says_what_is_proved_so_far(write: Write, tmp_path: Path) -> None:
    whole = write()
    lines = (tmp_path / "raw").read_bytes().splitlines(keepends=True)
    first = len([trial for trial in whole.trials if trial.search == whole.trials[0].search])
    (tmp_path / "cut").write_bytes(b"".join(lines[: 3 + first + 4]))
    raw = read_raw(tmp_path / "cut")
    ended = [one.answer.end if one.answer else None for one in outcomes(raw)]
    assert ended == [End.FOUND, End.UNFINISHED, None, None, None, None]
    found = by_size(raw)
    assert sorted(row.n for row in found.values()) == [0, 1]
    assert any("2 of 3 searches are not finished" in row.warnings for row in found.values())


def test_the_calls_behind_the_answer_are_those_of_its_confirmations(write: Write) -> None:
    """Two full trials of 1000 calls each."""
    for one in outcomes(write()):
        (ratio,) = one.ratios
        assert (ratio.hits, ratio.of) == (2000, 2000)
        assert ratio.low == pytest.approx(1 - 0.00192, abs=1e-5)


def test_plans_of_the_support_module_are_what_they_say() -> None:
    """Three repeats of two types, or the figures above mean something else."""
    assert ec2_plan(EC2).order.repeats == 3
