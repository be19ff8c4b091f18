"""`voipprobe bench` without any machine: dry runs, reports and comparisons of raw files."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.bench_runs import write_run

from voipprobe.bench.plan.read import parse_plan
from voipprobe.cli.main import GOOD, VOID, WRONG_USE, run

PLAN = """
name = "relay"
[system]
kind = "kamailio-rtpengine"
[[size]]
cpus = 0.1
[[size]]
cpus = 0.2
[call]
hold_s = 5
[search]
minimum = 5
maximum = 800
"""
KNEES = {"0.1cpu": 60.0, "0.2cpu": 121.0}


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """The folder of a run that found something."""
    folder = tmp_path / "20260101-bench-relay"
    folder.mkdir()
    write_run(folder / "raw.jsonl", KNEES, plan=parse_plan(PLAN, "plan"))
    return folder


def test_dry_run_starts_nothing(
    plan_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every search and every part of a trial is told, with the time, and no folder is made."""
    output = tmp_path / "runs"
    arguments = [str(plan_file), "--dry-run", "--output", str(output)]
    assert run(["bench", "run", *arguments]) == GOOD
    told = " ".join(capsys.readouterr().out.split())
    for part in ("0.1cpu-1", "0.2cpu-1", "5 to 800 calls", "plateau 60 s", "about 30 minutes"):
        assert part in told, told
    assert not output.exists()


def test_report_of_a_folder(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON says what the table says: a capacity for each size."""
    assert run(["bench", "report", str(finished), "--format", "json"]) == GOOD
    document: Any = json.loads(capsys.readouterr().out)
    assert [row["size"] for row in document["rows"]] == ["0.1cpu", "0.2cpu"]
    for row in document["rows"]:
        assert row["calls"] == pytest.approx(KNEES[row["size"]], rel=0.03)
    assert run(["bench", "report", str(finished)]) == GOOD
    table = capsys.readouterr().out
    assert all(f"{row['calls']:.0f}" in table for row in document["rows"])
    assert "veth is no network" in table


@pytest.mark.parametrize(
    ("style", "begins"),
    [("html", "<!doctype html>"), ("markdown", "### relay: "), ("json", '{"schema": ')],
)
def test_report_into_a_file(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], style: str, begins: str
) -> None:
    """The same as on standard output, readable by its owner only."""
    asked = ["bench", "report", str(finished), str(finished), "--format", style]
    assert run(asked) == GOOD
    text = capsys.readouterr().out
    output = tmp_path / "report"
    assert run([*asked, "--output", str(output)]) == GOOD
    assert capsys.readouterr().out == ""
    assert output.read_text() == text
    assert text.startswith(begins)
    assert output.stat().st_mode & 0o777 == 0o600


def test_a_table_goes_to_no_file(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is for a terminal; the formats that are for files are named."""
    assert run(["bench", "report", str(finished), "--output", str(tmp_path / "x")]) == WRONG_USE
    assert "--output goes with --format json, markdown or html" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_comparison_with_itself(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No difference is claimed where there is none."""
    same = [str(finished), str(finished), "--format", "json"]
    assert run(["bench", "compare", *same]) == GOOD
    document: Any = json.loads(capsys.readouterr().out)
    assert [(pair["ratio"], pair["differs"]) for pair in document["pairs"]] == [(1.0, False)] * 2


def test_comparison_of_other_calls_is_refused(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Calls of 10 s and of 5 s are not the same load."""
    plan = parse_plan(PLAN.replace("hold_s = 5", "hold_s = 10"), "plan")
    other = write_run(tmp_path / "other.jsonl", KNEES, plan=plan)
    assert run(["bench", "compare", str(finished), str(other)]) == VOID
    assert "call.hold_s is 5.0 in the first and 10.0 in the second" in capsys.readouterr().out


def test_run_of_another_plan_is_not_gone_on_with(
    finished: Path, plan_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its figures would be mixed with others: what differs is named."""
    plan_file.write_text(PLAN.replace("maximum = 800", "maximum = 900"))
    assert run(["bench", "run", str(plan_file), "--resume", str(finished)]) == WRONG_USE
    assert "another plan (search)" in capsys.readouterr().err


def test_plan_of_another_provider(plan_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line that names the file and what it asks for."""
    text = Path("examples/bench-ec2.toml").read_text()
    plan_file.write_text(text)
    assert run(["bench", "run", "--provider", "local", str(plan_file)]) == WRONG_USE
    [line] = capsys.readouterr().err.splitlines()
    assert str(plan_file) in line
    assert '"ec2"' in line


def test_a_baseline_on_ec2_is_dry_without_yes(
    plan_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The responder on a host like the generators', which call it directly: no far end."""
    plan_file.write_text(Path("examples/bench-ec2.toml").read_text())
    assert run(["bench", "baseline", str(plan_file)]) == GOOD
    words = " ".join(capsys.readouterr().out.split())
    assert "1 x c7i.2xlarge (system), 2 x c7i.2xlarge (generator)" in words
    assert "callee" not in words
    assert "within the budget" in words
