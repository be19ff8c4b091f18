"""The table of sizes at several widths."""

import pytest
from support.bench_runs import TWELVE, TYPES, ec2_plan, write_run
from support.recordings import BENCH_RUN
from support.terminal import text_of

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.rows import rows
from voipprobe.cli.render.bench import report_parts
from voipprobe.cli.render.bench_table import LEFT_OUT_FIRST, SizesTable
from voipprobe.cli.render.numbers import UNKNOWN

WANTED = ("size", "vCPU", "architecture", "calls", "bounds", "spread", "calls/s", "limit", "$/hour",
          "call-hours", "n", "trials")  # fmt: skip


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> RawRun:
    """Ten types with a capacity; two that only the generator limited."""
    knees = {name: 200.0 + 180 * place for place, name in enumerate(TYPES)}
    path = tmp_path_factory.mktemp("run") / "raw"
    return read_raw(write_run(path, knees, plan=ec2_plan(TWELVE), reach=1900))


def table(raw: RawRun, width: int) -> str:
    return text_of([SizesTable(rows(raw))], width)


def test_a_wide_terminal_shows_everything(twelve: RawRun) -> None:
    """What the issue asks for, one line a size."""
    text = table(twelve, 160)
    heads, body = text.split("─", 1)
    assert [word for word in WANTED if word not in heads.split()] == []
    lines = body.lstrip("─\n").splitlines()
    assert [line.split()[0] for line in lines] == list(TYPES)
    row = rows(twelve)[0]
    assert lines[0].split() == [
        "c7i.large", "2", "x86_64", f"{row.calls:.0f}", f"{row.calls_low}{UNKNOWN}{row.calls_high}",
        f"{100 * (row.spread_ratio or 0):.1f}", "%", f"{row.rate_cps:.4g}",
        f"{row.packets_per_s:,.0f}", "CPU", "0.0892", f"{row.usd_per_1000_call_hours:.3g}", "3/3",
        f"{row.trials}",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [80, 100, 120])
def test_what_has_no_room_is_left_out_and_named(twelve: RawRun, width: int) -> None:
    """No line is wrapped or cut, and what matters most stays."""
    text = table(twelve, width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert "…" not in text
    assert sum(line.startswith(TYPES) for line in lines) == len(TYPES)
    for word in ("size", "calls", "bounds", "limit", "n", "call-hours"):
        assert word in text.split("─", 1)[0].split()
    named = " ".join(text.rpartition("not shown at this width: ")[2].split()).split(", ")
    shown = text.split("─", 1)[0].split()
    assert set(named) <= set(LEFT_OUT_FIRST)
    assert {word for word in WANTED if word not in shown} <= set(named)


def test_a_size_without_capacity_says_what_was_proved_and_why(twelve: RawRun) -> None:
    row = rows(twelve)[-1]
    line = next(line for line in table(twelve, 80).splitlines() if line.startswith("m6i.large"))
    assert line.split()[:5] == ["m6i.large", UNKNOWN, "≥", f"{row.at_least:,}", "generator-limited"]


def test_columns_of_which_nothing_is_known_are_left_out() -> None:
    """A local run has no prices, and of one search each there is no spread."""
    text = table(read_raw(BENCH_RUN), 160)
    assert "$" not in text
    assert "spread" not in text
    assert "not shown" not in text


def test_each_size_is_told_with_the_calls_behind_it() -> None:
    """The limit, the ratio at the lower bound with its interval; a warning of all sizes once."""
    raw = read_raw(BENCH_RUN)
    text = text_of(report_parts(raw), 160)
    small, large = rows(raw)
    assert f"{small.size}: {small.limit_text}" in text
    assert f"{large.size}: no capacity: it carried all that the plan allows" in text
    assert f"{small.size} at {small.calls:.0f}: success_ratio 215 of 215 calls" in text
    assert f"{large.size} at {large.at_least}: success_ratio 449 of 449 calls" in text
    assert text.count("veth is no network") == 1
