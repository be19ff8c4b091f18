"""The journal of what a run makes."""

from pathlib import Path

import pytest

from voipprobe.bench.ec2.journal import FILE, Journal


def test_what_stands_and_what_it_has_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour of $2, then one of $3 that still runs; a refused one costs nothing."""
    now = [1000.0]
    monkeypatch.setattr("voipprobe.bench.ec2.journal.time.time", lambda: now[0])
    journal = Journal(tmp_path)
    journal.write("making", kind="instance", name="system", usd_per_hour=2.0)
    journal.write("made", kind="instance", name="system", ids=["i-1"])
    journal.write("making", kind="instance", name="callee", usd_per_hour=7.0)
    journal.write("refused", kind="instance", name="callee", code="VcpuLimitExceeded")
    assert journal.standing() == ("i-1",)
    now[0] += 3600
    journal.write("gone", ids=["i-1"])
    assert journal.standing() == ()
    journal.write("making", kind="instance", name="system", usd_per_hour=3.0)
    now[0] += 3600
    assert journal.spent_usd() == pytest.approx(5.0)


def test_a_line_that_a_crash_cut_off_is_left_out(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write("made", kind="instance", name="system", ids=["i-1"])
    with (tmp_path / FILE).open("a") as file:
        file.write('{"at": 1, "ev')
    assert journal.standing() == ("i-1",)


def test_a_run_without_a_journal_has_cost_nothing(tmp_path: Path) -> None:
    assert Journal(tmp_path).spent_usd() == 0.0
