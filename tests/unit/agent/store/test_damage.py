"""A store that the disk has damaged: set aside, told, and never the end of an agent."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from support.measured_rounds import AT, round_, some

from voipprobe.agent.store.database import FILE_NAME, VERSION
from voipprobe.agent.store.history import History
from voipprobe.agent.store.pruning import Pruner
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError


def filled(folder: Path) -> Path:
    """A store of a hundred rounds, closed; returns its file."""
    store, _ = Store.create(folder)
    store.register(["one"])
    for number in range(100):
        store.add(some(20, first=number), AT, round_(reasons=("x" * 400,)))
    store.close()
    return folder / FILE_NAME


def overwrite_middle(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(size // 4)
        opened.write(b"\xa5garbage" * (size // 16))


def truncate(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def truncate_within_a_page(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2 + 100)


def overwrite_head(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(bytes(100))


def not_a_database(file: Path) -> None:
    file.write_bytes(b"this is a text, and not a database\n" * 300)


@pytest.mark.parametrize(
    "harm",
    [overwrite_middle, truncate, truncate_within_a_page, overwrite_head, not_a_database],
)
def test_a_damaged_file_is_set_aside_and_told(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    """The new one works, and the old one lies beside it as it was."""
    file = filled(tmp_path)
    harm(file)
    harmed = file.read_bytes()
    store, complaint = Store.create(tmp_path)
    assert complaint is not None
    assert complaint.startswith(f"{file} was damaged (")
    (aside,) = tmp_path.glob("*.damaged-*")
    assert str(aside) in complaint
    # its first page too may differ, by the counter that opening it moves
    assert aside.read_bytes()[4096:] == harmed[4096:]
    store.register(["one"])
    store.add(some(2), AT, round_())
    assert len(store.waiting("one", 10)) == 1
    store.close()
    again, complaint = Store.create(tmp_path)
    assert complaint is None
    again.close()


def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    """A crash between making the file and its first page leaves this: nothing is lost."""
    (tmp_path / FILE_NAME).touch()
    store, complaint = Store.create(tmp_path)
    assert complaint is None
    store.add(some(2), AT, round_())
    store.close()


def test_a_damaged_log_costs_no_more_than_itself(tmp_path: Path) -> None:
    """Of the write-ahead log SQLite takes what its checksums allow."""
    file = filled(tmp_path)
    file.with_name(f"{FILE_NAME}-wal").write_bytes(b"\xa5" * 100_000)
    store, complaint = Store.create(tmp_path)
    assert complaint is None
    store.close()
    history = History(tmp_path)
    assert len(list(history.rounds(0))) == 100
    history.close()


def test_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Going back to an older voipprobe must not destroy what the newer one has stored."""
    file = filled(tmp_path)
    raw = sqlite3.connect(file)
    raw.execute(f"PRAGMA user_version = {VERSION + 1}")
    raw.close()
    with pytest.raises(StoreError, match=f"has version {VERSION + 1}, and this voipprobe reads"):
        Store.create(tmp_path)
    with pytest.raises(StoreError, match="has version"):
        History(tmp_path)
    raw = sqlite3.connect(file)
    assert raw.execute("SELECT count(*) FROM round").fetchone() == (100,)
    raw.close()
    assert not list(tmp_path.glob("*damaged*"))


def test_a_busy_file_is_not_taken_for_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody looks at it with another tool: wait, then say so."""
    monkeypatch.setattr("voipprobe.agent.store.database.BUSY_S", 0.1)
    file = filled(tmp_path)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="locked"):
        Store.create(tmp_path)
    other.close()
    assert not list(tmp_path.glob("*damaged*"))


def test_one_damaged_entry_is_given_up_and_the_rest_is_published(tmp_path: Path) -> None:
    """A flipped bit inside a blob is nothing that SQLite notices."""
    store, _ = Store.create(tmp_path)
    store.register(["one"])
    numbers = [store.add(some(3), AT, round_()) for _ in range(3)]
    raw = sqlite3.connect(tmp_path / FILE_NAME)
    with raw:
        raw.execute("UPDATE entry SET measurements = x'00ff' WHERE number = ?", (numbers[1],))
        raw.execute("UPDATE publisher SET leftover = x'00ff'")
    raw.close()
    entries = store.waiting("one", 10)
    assert [(len(entry.measurements), entry.lost) for entry in entries] == [(3, 0), (0, 3), (3, 0)]
    assert store.leftover("one") == ()
    assert store.spooled()[0].depth == 9
    history = History(tmp_path)
    assert len(list(history.measurements(0))) == 6
    history.close()
    store.close()


def test_damage_under_a_running_agent_is_a_store_error(tmp_path: Path) -> None:
    """Every reader tells it in the one way that its callers are ready for."""
    file = filled(tmp_path)
    harmed = bytearray(file.read_bytes())
    harmed[4096:] = b"\xa5" * (len(harmed) - 4096)
    file.write_bytes(bytes(harmed))
    reads: list[Callable[[Store, History], object]] = [
        lambda store, _: store.waiting("one", 10),
        lambda store, _: store.leftover("one"),
        lambda store, _: store.spooled(),
        lambda store, _: store.add(some(1), AT, round_()),
        lambda store, _: store.put_fact("a", "b"),
        lambda _, history: history.newest(),
        lambda _, history: list(history.rounds(0)),
        lambda _, history: list(history.measurements(0)),
        lambda _, history: history.spooled(),
        lambda _, history: history.facts(),
        lambda *_: Pruner.run(tmp_path, keep_s=1, max_octets=1, now=AT),
    ]
    for read in reads:
        store, history = Store.again(tmp_path), History(tmp_path)  # nothing remembered from before
        with pytest.raises(StoreError):
            read(store, history)
        history.close()
        store.close()
