"""What goes into the store comes out again, once for each publisher, whoever reads meanwhile."""

import sqlite3
from pathlib import Path as Folder

import pytest
from support.measured_rounds import AT, measurement, round_, some
from support.small_disk import fill, small_disk

from voipprobe.agent.store.database import FILE_NAME
from voipprobe.agent.store.history import History
from voipprobe.agent.store.packing import pack, unpack, unpack_or_none
from voipprobe.agent.store.records import Grade
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError
from voipprobe.model.measurement import Measurement
from voipprobe.model.path import Path


@pytest.fixture
def store(tmp_path: Folder) -> Store:
    made, complaint = Store.create(tmp_path)
    assert complaint is None
    return made


def values(measurements: tuple[Measurement, ...]) -> list[float]:
    return [value for one in measurements for value, _ in one.samples]


def test_measurements_are_the_same_after_packing() -> None:
    """Types too: they are compared and hashed later."""
    given = (
        measurement(0.1, times=3),
        Measurement(metric="Heartbeat", dimensions=(("Source", "ä"),), at=AT + 0.5,
                    samples=((1.0, 1), (2.5, 7))),
    )  # fmt: skip
    assert unpack(pack(given)) == given
    assert unpack(pack(())) == ()


@pytest.mark.parametrize("octets", [b"", b"x", pack(some(3))[:-4], b"\0" * 50])
def test_damaged_octets_are_none(octets: bytes) -> None:
    assert unpack_or_none(octets) is None


def test_a_publisher_gets_every_entry_in_order(store: Store) -> None:
    store.register(["one", "two"])
    numbers = [store.add(some(2, first=10 * n), AT, None) for n in range(5)]
    assert [entry.number for entry in store.waiting("one", 100)] == numbers
    assert [values(entry.measurements) for entry in store.waiting("one", 2)] == [[0, 1], [10, 11]]
    store.confirm("one", numbers[2], ())
    assert [entry.number for entry in store.waiting("one", 100)] == numbers[3:]
    assert [entry.number for entry in store.waiting("two", 100)] == numbers


def test_what_is_left_over_is_kept_apart(store: Store) -> None:
    """A part of a batch was refused for now: only that part comes again."""
    store.register(["one"])
    number = store.add(some(5), AT, None)
    store.confirm("one", number, some(2, first=3, at=AT - 9), dropped=1)
    assert store.waiting("one", 10) == []
    assert values(store.leftover("one")) == [3, 4]
    (state,) = store.spooled()
    assert (state.depth, state.oldest_at, state.dropped) == (2, AT - 9, 1)
    store.confirm("one", None, ())
    assert store.leftover("one") == ()
    assert store.spooled()[0].oldest_at is None


def test_a_confirmation_never_goes_back(store: Store) -> None:
    """An old sender that ends late must not bring back what a new one has delivered."""
    store.register(["one"])
    first, second = store.add(some(1), AT, None), store.add(some(1), AT, None)
    store.confirm("one", second, ())
    store.confirm("one", first, ())
    assert store.waiting("one", 10) == []


def test_a_new_publisher_begins_with_now_and_an_old_one_goes_on(store: Store) -> None:
    """Else a new JSON file would begin with a month of history."""
    store.register(["old"])
    store.add(some(3), AT, None)
    store.register(["old", "new"])
    assert len(store.waiting("old", 10)) == 1
    assert store.waiting("new", 10) == []
    store.add(some(2), AT, None)
    assert {one.publisher: one.depth for one in store.spooled()} == {"old": 5, "new": 2}


def test_a_publisher_that_is_gone_is_forgotten(store: Store) -> None:
    store.register(["one", "two"])
    store.add(some(3), AT, None)
    store.register(["two"])
    assert [one.publisher for one in store.spooled()] == ["two"]
    store.register([])
    assert store.spooled() == []
    assert store.waiting("one", 10) == []


def test_numbers_never_come_again(store: Store, tmp_path: Folder) -> None:
    """A publisher that confirmed entry 1 would miss another entry 1."""
    store.register(["one"])
    number = store.add(some(1), AT, None)
    store.confirm("one", number, ())
    with sqlite3.connect(tmp_path / FILE_NAME) as raw:
        raw.execute("DELETE FROM entry")
    raw.close()
    assert store.add(some(1), AT, None) == number + 1
    assert len(store.waiting("one", 10)) == 1


def test_what_was_acknowledged_is_on_the_disk(store: Store, tmp_path: Folder) -> None:
    """No test can cut the power; SQLite promises it for this setting (2 is FULL)."""
    other = Store.again(tmp_path)
    for one in (store, other):
        assert one._database.execute("PRAGMA synchronous").fetchone() == (2,)
        assert one._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


def test_readers_see_what_is_committed_while_a_writer_writes(
    store: Store, tmp_path: Folder
) -> None:
    """Status and mesh read the file of a running agent, also in the middle of a transaction."""
    store.add(some(1), AT, round_())
    history = History(tmp_path)
    writer = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM round")
    assert len(list(history.rounds(0))) == 1
    writer.execute("COMMIT")
    writer.close()
    assert list(history.rounds(0)) == []
    history.close()


def test_a_history_cannot_write(store: Store, tmp_path: Folder) -> None:
    store.add(some(1), AT, round_())
    history = History(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        history._database.execute("DELETE FROM round")
    history.close()


def test_rounds_come_back_as_they_were(store: Store, tmp_path: Folder) -> None:
    """Also None, words with quotes, and a folder."""
    given = [
        round_("b", at=AT + 2, grade=Grade.VOID, reasons=('SIPp said "no"\n', "ä"), folder="/x"),
        round_("a", at=AT, figures={"mos.mean": None, "ser": 0.5}),
        round_("a", at=AT + 1, path=Path(source="x", destination="y", scenario="iperf")),
    ]
    for one in given:
        store.add((), one.at, one)
    history = History(tmp_path)
    assert list(history.rounds(0)) == [given[1], given[2], given[0]]
    assert list(history.rounds(AT + 1, AT + 2)) == [given[2]]
    assert history.newest() == [given[2], given[0]]
    history.close()


def test_a_history_has_measurements_and_facts(store: Store, tmp_path: Folder) -> None:
    store.add(some(2), AT, None)
    store.add(some(2, first=5), AT + 60, None)
    store.put_fact("status", "old")
    store.put_fact("status", "new")
    history = History(tmp_path)
    assert values(tuple(history.measurements(AT + 1))) == [5, 6]
    assert values(tuple(history.measurements(0, AT + 60))) == [0, 1]
    assert history.facts() == {"status": "new"}
    assert history.spooled() == []
    history.close()


def test_no_store_is_told_with_its_folder(tmp_path: Folder) -> None:
    with pytest.raises(StoreError, match=f"{tmp_path} holds no {FILE_NAME}"):
        History(tmp_path)


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Folder) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used"):
        Store.create(tmp_path / "file" / "state")


def add_until_refused(store: Store, stored: list[int]) -> str:
    """What the store says when it takes no more; the numbers that it took are appended."""
    for _ in range(1000):
        try:
            number = store.add(some(50), AT, round_())
        except StoreError as error:
            return str(error)
        stored.append(number)
    return "the disk is never full"


def test_a_full_disk_refuses_and_harms_nothing(tmp_path: Folder) -> None:
    """What was stored stays; once there is room the next entry is stored."""
    with small_disk(tmp_path, kib=512) as disk:
        store, _ = Store.create(disk)
        store.register(["one"])
        stored = [store.add(some(3), AT, round_()) for _ in range(3)]
        ballast = fill(disk)
        complaint = add_until_refused(store, stored)
        assert "cannot be written: " in complaint
        assert "full" in complaint
        assert [entry.number for entry in store.waiting("one", 1000)] == stored
        ballast.unlink()
        stored.append(store.add(some(3), AT, round_()))
        store.close()
        again, damage = Store.create(disk)
        assert damage is None
        assert [entry.number for entry in again.waiting("one", 1000)] == stored
        again.close()
