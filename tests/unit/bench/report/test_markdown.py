"""What people and programs read of a run."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.bench_runs import write_run

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.compare import compare
from voipprobe.bench.report.document import comparison_document, report_document
from voipprobe.bench.report.markdown import comparison_markdown, run_markdown
from voipprobe.bench.report.rows import rows

KNEES = {"c7i.large": 300.0, "c7g.large": 420.0}


@pytest.fixture
def raw(tmp_path: Path) -> RawRun:
    """c7i.large is found, the generator ends before c7g.large does."""
    return read_raw(write_run(tmp_path / "raw", KNEES, reach=350))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_has_a_row_for_each_size_with_every_cell(raw: RawRun) -> None:
    lines = run_markdown(raw.plan, rows(raw)).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert all(len(cells(line)) == 11 for line in table)
    found, limited = cells(table[2]), cells(table[3])
    assert found[:3] == ["c7i.large", "2", "x86_64"]
    assert found[6:8] == ["CPU", "0.0892"]
    assert found[9] == "3 of 3"
    assert limited[3].startswith("generator-limited (carries ")
    assert limited[4:7] == ["-", "-", "-"]
    assert limited[8:] == ["-", "0 of 3", "-"]


def test_the_markdown_says_what_the_calls_were(raw: RawRun) -> None:
    text = run_markdown(raw.plan, rows(raw))
    assert (
        "Calls of 20 s (call, pcmu, udp, media through), good when `success_ratio>=0.999`" in text
    )


def test_names_of_users_cannot_break_the_table(raw: RawRun) -> None:
    (first, *_) = rows(raw)
    odd = replace(first, size="a|b\n<c>", limit_text="`x` [y](z)")
    lines = run_markdown(raw.plan, [odd]).splitlines()
    assert "| a\\|b \\<c> |" in next(line for line in lines if "a\\|b" in line)
    assert "\\`x\\` \\[y](z)" in lines[-1]


def test_a_comparison_has_its_interval_or_the_reason_why_there_is_none(raw: RawRun) -> None:
    calls = rows(raw)[0].calls
    text = comparison_markdown(compare(raw, raw))
    assert f"| c7i.large | {calls:.0f} | {calls:.0f} | 1.000 |" in text
    assert "the first found no capacity (3 x generator-limited); the second" in text


def test_runs_that_cannot_be_compared_say_why_and_nothing_else(raw: RawRun) -> None:
    text = comparison_markdown(compare(raw, _with_hold(raw, 5.0)))
    assert "They cannot be compared:" in text
    assert "- call.hold_s is 20.0 in the first and 5.0 in the second" in text
    assert "ratio" not in text


def _with_hold(raw: RawRun, hold_s: float) -> RawRun:
    call = {**raw.run.plan["call"], "hold_s": hold_s}
    return replace(raw, run=replace(raw.run, plan={**raw.run.plan, "call": call}))


def test_the_json_is_json_and_says_its_schema(raw: RawRun) -> None:
    report = json.loads(json.dumps(report_document(raw), allow_nan=False))
    assert report["schema"] == "voipprobe.bench-report/1"
    assert [row["size"] for row in report["rows"]] == ["c7i.large", "c7g.large"]
    assert report["rows"][1]["calls"] is None
    assert report["run"]["plan"]["search"]["precision_ratio"] == 0.02
    assert len(report["searches"]) == 6
    compared = json.loads(json.dumps(comparison_document(compare(raw, raw)), allow_nan=False))
    assert compared["schema"] == "voipprobe.bench-comparison/1"
    assert compared["pairs"][0]["ratio"] == 1.0
