"""Senders with publishers that are slow, down, or take a part: all arrives, and nothing twice."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.measured_rounds import AT, some
from support.small_disk import fill, small_disk

from voipprobe.agent.publish.contract import Delivery
from voipprobe.agent.publish.sender import ENTRIES_AT_ONCE, Sender
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError
from voipprobe.model.measurement import Measurement

Answer = Callable[[Sequence[Measurement]], Delivery]


def take(_: Sequence[Measurement]) -> Delivery:
    return Delivery()


def down(batch: Sequence[Measurement]) -> Delivery:
    return Delivery(again=tuple(batch), complaint="it is down", retry_after_s=0.02)


@dataclass
class Shop:
    """A publisher that answers as told, and keeps what it took."""

    name: str = "shop"
    interval_s: float = 0.0
    answer: Answer = take
    taken: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    closed: bool = False

    def deliver(self, batch: Sequence[Measurement]) -> Delivery:
        self.sizes.append(len(batch))
        delivery = self.answer(batch)
        again = set(delivery.again)
        kept = [one for one in batch if one not in again]
        self.taken += [one.samples[0][0] for one in kept[delivery.refused :]]
        return delivery

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made, _ = Store.create(tmp_path)
    made.register(["shop", "other"])
    yield made
    made.close()


class Running:
    """Senders that are ended with the test."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.complaints: list[tuple[str, str]] = []
        self.senders: list[Sender] = []

    def start(self, shop: Shop, after: Sender | None = None) -> Sender:
        sender = Sender(shop, self.state, complain=self._complain, after=after)
        self.senders.append(sender)
        sender.start()
        return sender

    def _complain(self, name: str, text: str) -> None:
        self.complaints.append((name, text))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path)
    yield made
    for sender in made.senders:
        sender.finish_soon()
        assert sender.join(10)


def until(condition: Callable[[], bool], within_s: float = 20.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline_s, "it never came so far"
        time.sleep(0.005)


def depth(store: Store, name: str = "shop") -> int:
    return next(one.depth for one in store.spooled() if one.publisher == name)


def add(store: Store, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        store.add(some(1, first=number), AT, None)


def test_what_is_stored_is_delivered_once_and_in_order(store: Store, running: Running) -> None:
    """Nudged after every entry, as the agent does."""
    shop = Shop()
    sender = running.start(shop)
    for number in range(30):
        add(store, 1, number)
        sender.nudge()
    until(lambda: depth(store) == 0)
    assert shop.taken == list(range(30))
    assert sender.failures == 0
    assert sender.last_success_at is not None


def test_a_backlog_goes_in_batches_without_a_pause(
    store: Store, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an hour of silence there are more entries than one batch takes."""
    monkeypatch.setattr("voipprobe.agent.publish.sender.STORE_RETRY_S", 600.0)
    store._database.execute("PRAGMA synchronous = OFF")
    count = ENTRIES_AT_ONCE + 10
    add(store, count)
    shop = Shop()
    running.start(shop).nudge()
    until(lambda: depth(store) == 0)
    assert shop.sizes == [ENTRIES_AT_ONCE, 10]
    assert shop.taken == list(range(count))


def test_what_failed_comes_again_until_it_is_taken(store: Store, running: Running) -> None:
    """The same complaint is told once, each failure is counted."""
    shop = Shop(answer=down)
    add(store, 3)
    sender = running.start(shop)
    sender.nudge()
    until(lambda: sender.failures >= 4)
    assert depth(store) == 3
    assert running.complaints == [("shop", "it is down")]
    shop.answer = take
    until(lambda: depth(store) == 0)
    assert shop.taken == [0, 1, 2]
    assert sender.last_complaint is None


def test_of_a_batch_only_the_rest_comes_again(store: Store, running: Running) -> None:
    """Of five one is refused for good, two are taken, and two come again."""
    shop = Shop(answer=lambda batch: Delivery(
        again=tuple(batch[-2:]), refused=1, complaint="partly", retry_after_s=0.02,
    ) if len(batch) == 5 else Delivery())  # fmt: skip
    store.add(some(5), AT, None)
    running.start(shop).nudge()
    until(lambda: depth(store) == 0)
    assert shop.taken == [1, 2, 3, 4]
    assert shop.sizes == [5, 2]
    assert store.spooled()[1].dropped == 1


def test_new_entries_wait_behind_what_is_left_over(store: Store, running: Running) -> None:
    """And are not taken for delivered with it."""
    shop = Shop(answer=lambda batch: Delivery(again=tuple(batch[1:]), retry_after_s=60.0))
    store.add(some(2), AT, None)
    sender = running.start(shop)
    sender.nudge()
    until(lambda: len(store.leftover("shop")) == 1)
    store.add(some(3, first=2), AT, None)
    shop.answer = take
    sender.nudge()
    until(lambda: depth(store) == 0)
    assert shop.taken == [0, 1, 2, 3, 4]
    assert shop.sizes == [2, 1, 3]


def test_a_partly_delivered_batch_survives_a_restart(store: Store, running: Running) -> None:
    """What was taken is not sent again by the next sender, what was not is."""
    shop = Shop(answer=lambda batch: Delivery(again=tuple(batch[1:]), retry_after_s=60.0))
    store.add(some(3), AT, None)
    sender = running.start(shop)
    sender.nudge()
    until(lambda: shop.sizes == [3])
    until(lambda: len(store.leftover("shop")) == 2)
    sender.finish_soon()  # it tries once more, and one of two is taken
    assert sender.join(10)
    assert shop.closed
    fresh = Shop()
    running.start(fresh).nudge()
    until(lambda: depth(store) == 0)
    assert shop.taken + fresh.taken == [0, 1, 2]


def test_one_that_hangs_delays_no_other(store: Store, running: Running) -> None:
    released = threading.Event()

    def hang(_: Sequence[Measurement]) -> Delivery:
        released.wait(30)
        return Delivery()

    slow, quick = Shop(answer=hang), Shop(name="other")
    add(store, 5)
    for shop in (slow, quick):
        running.start(shop).nudge()
    until(lambda: depth(store, "other") == 0)
    assert quick.taken == [0, 1, 2, 3, 4]
    assert depth(store) == 5
    add(store, 1, 5)  # nor the writer
    released.set()
    until(lambda: depth(store) == 0)


def test_a_fault_of_a_publisher_ends_no_sender(store: Store, running: Running) -> None:
    """A bug is told like any failure; the thread must live for months."""

    def broken(_: Sequence[Measurement]) -> Delivery:
        raise KeyError("a bug")

    shop = Shop(answer=broken)
    add(store, 2)
    sender = running.start(shop)
    sender.nudge()
    until(lambda: sender.failures == 1)
    assert running.complaints == [("shop", "KeyError: 'a bug'")]
    shop.answer = take
    sender.nudge()
    until(lambda: depth(store) == 0)


def test_what_is_delivered_on_a_full_disk_is_not_delivered_again(tmp_path: Path) -> None:
    """That it was taken cannot be noted yet: better wait than count calls twice."""
    with small_disk(tmp_path, kib=512) as disk:
        store, _ = Store.create(disk)
        store.register(["shop"])
        shop, complaints = Shop(), list[str]()
        ballast: list[Path] = []

        def fill_and_take(_: Sequence[Measurement]) -> Delivery:
            if not ballast:
                ballast.append(fill(disk))
                exhaust(store)
            return Delivery()

        shop.answer = fill_and_take
        number = store.add(some(3), AT, None)
        sender = Sender(shop, disk, complain=lambda _, text: complaints.append(text))
        sender.start()
        sender.nudge()
        until(lambda: sender.failures >= 1)
        sender.nudge()
        until(lambda: sender.failures >= 2)
        assert shop.taken == [0, 1, 2]
        ballast[0].unlink()
        sender.nudge()
        until(lambda: not any(one.number == number for one in store.waiting("shop", 10)))
        sender.finish_soon()
        assert sender.join(10)
        assert shop.taken[:3] == [0, 1, 2]
        assert shop.taken.count(0) == 1
        store.close()
    assert "cannot be written" in complaints[0]


def exhaust(store: Store) -> None:
    """Use up what the log of the database still holds."""
    number = 1000
    while True:
        try:
            store.add(some(20, first=number), AT, None)
        except StoreError:
            return
        number += 20


def test_at_the_end_what_waits_is_delivered(store: Store, running: Running) -> None:
    """A publisher with an interval would else take a minute more."""
    shop = Shop(interval_s=60.0)
    sender = running.start(shop)
    add(store, 4)
    sender.nudge()  # says nothing to it
    sender.finish_soon()
    assert sender.join(10)
    assert shop.taken == [0, 1, 2, 3]
    assert shop.closed


def test_one_that_does_not_end_in_time_ends_after_its_batch(store: Store, running: Running) -> None:
    """The agent does not wait; and the thread does not send on behind its successor."""
    store._database.execute("PRAGMA synchronous = OFF")
    released = threading.Event()

    def slow(_: Sequence[Measurement]) -> Delivery:
        released.wait(30)
        return Delivery()

    old, fresh = Shop(answer=slow), Shop()
    add(store, ENTRIES_AT_ONCE + 5)
    sender = running.start(old)
    sender.nudge()
    until(lambda: old.sizes == [ENTRIES_AT_ONCE])
    sender.finish_soon()
    began_s = time.monotonic()
    assert not sender.join(0.05)
    assert time.monotonic() - began_s < 5
    successor = running.start(fresh, after=sender)
    successor.nudge()
    time.sleep(0.1)
    assert fresh.sizes == [], "the same batch is under way twice"
    released.set()
    until(lambda: depth(store) == 0)
    assert old.taken == list(range(ENTRIES_AT_ONCE))
    assert fresh.taken == list(range(ENTRIES_AT_ONCE, ENTRIES_AT_ONCE + 5))


def test_without_a_store_it_waits_for_one(tmp_path: Path, running: Running) -> None:
    """It is told once, and tried again."""
    sender = running.start(Shop())
    sender.nudge()
    until(lambda: sender.failures == 1)
    assert "holds no store.sqlite" in running.complaints[0][1]
    store, _ = Store.create(tmp_path)
    store.register(["shop"])
    add(store, 1)
    sender.nudge()
    until(lambda: depth(store) == 0)
    store.close()
