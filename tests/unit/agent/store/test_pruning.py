"""What is too old or too much goes, and each publisher's loss is counted exactly."""

from pathlib import Path

import pytest
from support.measured_rounds import AT, round_, some

from voipprobe.agent.store.database import FILE_NAME
from voipprobe.agent.store.history import History
from voipprobe.agent.store.pruning import PUBLISHABLE_S, Pruner
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError

DAY_S = 86400.0
MUCH = 1 << 30
NOW = AT + 100 * DAY_S


def prune(folder: Path, *, keep_days: float = 30, max_octets: int = MUCH) -> int:
    return Pruner.run(folder, keep_s=keep_days * DAY_S, max_octets=max_octets, now=NOW)


def dropped(store: Store) -> dict[str, int]:
    return {one.publisher: one.dropped for one in store.spooled()}


def rounds_left(folder: Path) -> int:
    history = History(folder)
    try:
        return len(list(history.rounds(0)))
    finally:
        history.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A round a day of five measurements, forty days back; "quick" has delivered all but ten."""
    made, _ = Store.create(tmp_path)
    made.register(["quick", "stuck"])
    for day in range(40):
        at = NOW - (39.5 - day) * DAY_S
        number = made.add(some(5, at=at), at, round_(at=at))
        if day == 29:
            made.confirm("quick", number, ())
    return made


@pytest.mark.usefixtures("store")
def test_rounds_are_kept_as_long_as_asked(tmp_path: Path) -> None:
    prune(tmp_path)
    assert rounds_left(tmp_path) == 30


def test_what_nobody_takes_any_more_is_given_up_and_counted(store: Store, tmp_path: Path) -> None:
    """26 days are older than two weeks: "stuck" loses 26 x 5, "quick" had delivered them."""
    assert prune(tmp_path) == 26 * 5
    assert dropped(store) == {"quick": 0, "stuck": 26 * 5}
    assert len(store.waiting("stuck", 100)) == 14
    assert len(store.waiting("quick", 100)) == 10


def test_pruning_again_counts_nothing_twice(store: Store, tmp_path: Path) -> None:
    prune(tmp_path)
    assert prune(tmp_path) == 0
    assert dropped(store) == {"quick": 0, "stuck": 130}


def test_a_history_shorter_than_two_weeks_takes_its_measurements_along(
    store: Store, tmp_path: Path
) -> None:
    """Of 40 days 7 stay; "quick" still waited for 10."""
    assert prune(tmp_path, keep_days=7) == (33 + 3) * 5
    assert dropped(store) == {"quick": 3 * 5, "stuck": 33 * 5}
    assert rounds_left(tmp_path) == 7
    assert len(store.waiting("stuck", 100)) == 7


def test_measurements_that_nobody_waits_for_are_not_counted(store: Store, tmp_path: Path) -> None:
    """Without publishers nothing is lost."""
    store.register([])
    assert prune(tmp_path, keep_days=7) == 0


def test_a_clock_that_was_wrong_for_a_while_costs_only_itself(tmp_path: Path) -> None:
    """A host that boots in 1970 stores a round before its clock is set."""
    store, _ = Store.create(tmp_path)
    store.register(["stuck"])
    young = store.add(some(5, at=NOW), NOW, round_(at=NOW))
    store.add(some(2, at=3.0), 3.0, round_(at=3.0))
    last = store.add(some(5, at=NOW), NOW, round_(at=NOW))
    assert prune(tmp_path) == 2
    assert [entry.number for entry in store.waiting("stuck", 10)] == [young, last]
    assert dropped(store) == {"stuck": 2}


def test_the_oldest_go_when_the_file_is_too_large(tmp_path: Path) -> None:
    """The file itself becomes smaller, the newest rounds stay, and every loss is counted."""
    store, _ = Store.create(tmp_path)
    store.register(["stuck"])
    store._database.execute("PRAGMA synchronous = OFF")  # 4000 rounds in a second
    for number in range(4000):
        at = NOW - 4000 + number
        store.add(some(3, at=at), at, round_(at=at, reasons=(f"{number}" * 100,)))
    store._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (tmp_path / FILE_NAME).stat().st_size
    limit = before // 2
    lost = prune(tmp_path, max_octets=limit)
    store._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (tmp_path / FILE_NAME).stat().st_size <= limit
    left = rounds_left(tmp_path)
    assert 1000 <= left < 3500
    assert lost == (4000 - left) * 3
    assert dropped(store) == {"stuck": lost}
    history = History(tmp_path)
    assert history.newest()[0].at == NOW - 1
    history.close()


def test_a_limit_below_an_empty_store_ends(tmp_path: Path) -> None:
    """There is nothing left to remove: no endless loop."""
    Store.create(tmp_path)[0].close()
    assert prune(tmp_path, max_octets=1) == 0


def test_nothing_to_prune_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no"):
        prune(tmp_path)


def test_two_weeks_are_what_cloudwatch_takes() -> None:
    assert PUBLISHABLE_S == 14 * DAY_S
