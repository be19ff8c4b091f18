"""What is over goes into the store, the tally and the log; a full disk costs captures first."""

import io
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.measured_rounds import AT, DIMENSIONS, round_, some
from support.small_disk import fill, small_disk

from voipprobe.agent.captures import KEPT, KeptRounds
from voipprobe.agent.expose.tally import Tally
from voipprobe.agent.log import Log
from voipprobe.agent.rounds.grading import Remembered
from voipprobe.agent.service.memory import Memory
from voipprobe.agent.store.database import FILE_NAME
from voipprobe.agent.store.history import History
from voipprobe.agent.store.records import Grade
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError


class Mind:
    """A memory with everything around it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.store, _ = Store.create(state)
        self.store.register(["shop"])
        self.kept = KeptRounds(state, 1 << 30)
        self.tally, self.lines, self.nudges = Tally(), io.StringIO(), 0
        self.memory = Memory(
            self.store, self.kept, self.tally, Log("logfmt", self.lines), nudge=self._nudge
        )

    def _nudge(self) -> None:
        self.nudges += 1

    def rounds(self) -> list[float]:
        history = History(self.state)
        try:
            return [one.at for one in history.rounds(0)]
        finally:
            history.close()


@pytest.fixture
def mind(tmp_path: Path) -> Iterator[Mind]:
    made = Mind(tmp_path / "state")
    yield made
    made.store.close()


def found(at: float = AT, **changes: Any) -> Remembered:
    return round_(at=at, **changes), some(3, at=at)


def capture(folder: Path, name: str, octets: int = 5000) -> str:
    (folder / name).mkdir(parents=True)
    (folder / name / "capture.pcapng").write_bytes(b"x" * octets)
    return str(folder / name)


def test_a_round_is_stored_counted_logged_and_sent(mind: Mind) -> None:
    mind.memory.remember(found(reasons=("mos.p5>=4.1: found 4.01",), grade=Grade.WARNING))
    assert mind.rounds() == [AT]
    assert mind.tally.read()["CallAttempts"][DIMENSIONS].total == 3
    assert len(mind.store.waiting("shop", 10)) == 1
    assert mind.nudges == 1
    (line,) = mind.lines.getvalue().splitlines()
    assert "level=info event=round work=mesh>us-west-2 grade=warning duration_s=7.25" in line
    assert 'mos=4.4 reason="mos.p5>=4.1: found 4.01"' in line


def test_a_fault_of_ours_is_a_warning(mind: Mind) -> None:
    mind.memory.remember(found(grade=Grade.VOID), "KeyError: 'x'")
    assert "level=warning" in mind.lines.getvalue()
    assert "fault=\"KeyError: 'x'\"" in mind.lines.getvalue()


def test_the_folder_of_a_round_is_kept_and_the_history_points_to_it(
    mind: Mind, tmp_path: Path
) -> None:
    mind.memory.remember(found(grade=Grade.FAIL, folder=capture(tmp_path, "20260101T000000Z-a")))
    history = History(mind.state)
    (kept,) = (one.folder for one in history.rounds(0))
    history.close()
    assert kept == str(mind.state / KEPT / "20260101T000000Z-a")
    assert Path(kept).is_dir()


def test_a_folder_that_cannot_be_kept_costs_only_itself(mind: Mind, tmp_path: Path) -> None:
    """The round is remembered, without a folder that is not there."""
    mind.memory.remember(found(folder=str(tmp_path / "gone")))
    history = History(mind.state)
    assert [one.folder for one in history.rounds(0)] == [None]
    history.close()
    assert "event=capture-dropped" in mind.lines.getvalue()


def test_a_full_disk_holds_rounds_in_memory(tmp_path: Path) -> None:
    """Probing goes on: once there is room everything is stored, in order, once."""
    with small_disk(tmp_path, kib=600) as disk:
        mind = Mind(disk)
        ballast = fill(disk)
        exhaust(mind.store)
        for number in range(3):
            mind.memory.remember(found(AT + number))
        assert mind.memory.held == 3
        assert mind.nudges == 0
        assert "event=store-refused" in mind.lines.getvalue()
        assert mind.tally.read()["CallAttempts"][DIMENSIONS].count == 9
        ballast.unlink()
        mind.memory.remember(found(AT + 3))
        assert mind.memory.held == 0
        assert mind.nudges == 1
        assert mind.rounds() == [AT, AT + 1, AT + 2, AT + 3]
        mind.store.close()


def test_captures_make_room_for_measurements(tmp_path: Path) -> None:
    """They are what can be spared; it is said, and the next round is stored again."""
    with small_disk(tmp_path, kib=600) as disk:
        mind = Mind(disk)
        folder = capture(tmp_path / "work", "20260101T000000Z-a", octets=150_000)
        mind.memory.remember(found(grade=Grade.FAIL, folder=folder))
        fill(disk)
        exhaust(mind.store)
        mind.memory.remember(found(AT + 1))
        assert "captures_removed=1" in mind.lines.getvalue()
        assert list((disk / KEPT).iterdir()) == []
        mind.memory.remember(found(AT + 2))
        assert mind.memory.held == 0
        assert mind.rounds() == [AT, AT + 1, AT + 2]
        mind.store.close()


def test_somebody_who_holds_the_file_costs_no_capture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that takes long is no full disk."""
    monkeypatch.setattr("voipprobe.agent.store.database.BUSY_S", 0.05)
    mind = Mind(tmp_path / "state")
    mind.memory.remember(found(grade=Grade.FAIL, folder=capture(tmp_path, "20260101T000000Z-a")))
    other = sqlite3.connect(mind.state / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    mind.memory.remember(found(AT + 1))
    assert mind.memory.held == 1
    assert "captures_removed=0" in mind.lines.getvalue()
    other.execute("ROLLBACK")
    other.close()
    mind.memory.remember(found(AT + 2))
    assert mind.rounds() == [AT, AT + 1, AT + 2]
    assert len(list((mind.state / KEPT).iterdir())) == 1
    mind.store.close()


def test_what_memory_has_no_place_for_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest goes, and is published as dropped."""
    monkeypatch.setattr("voipprobe.agent.service.memory.MOST_HELD", 2)
    with small_disk(tmp_path, kib=600) as disk:
        mind = Mind(disk)
        ballast = fill(disk)
        exhaust(mind.store)
        for number in range(4):
            mind.memory.remember(found(AT + number))
        assert (mind.memory.held, mind.memory.lost) == (2, 6)
        ballast.unlink()
        assert mind.memory.flush()
        assert mind.rounds() == [AT + 2, AT + 3]
        mind.store.close()


def exhaust(store: Store) -> None:
    """Use up what the log of the database still holds, with what is no round."""
    while True:
        try:
            store.add(some(1), AT, None)
        except StoreError:
            return


def test_measurements_of_the_agent_are_no_rounds(mind: Mind) -> None:
    mind.memory.add(some(2), AT)
    assert mind.rounds() == []
    assert len(mind.store.waiting("shop", 10)) == 1
    assert mind.nudges == 1


def test_a_round_without_figures_is_told_in_few_words(mind: Mind) -> None:
    """What is unknown is not in the line."""
    one, measured = found(grade=Grade.VOID, reasons=("no process",))
    mind.memory.remember((replace(one, figures={}), measured))
    assert 'grade=void duration_s=7.25 reason="no process"' in mind.lines.getvalue()
