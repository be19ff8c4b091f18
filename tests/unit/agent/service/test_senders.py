"""All publishers together: they end in one time, and are replaced without sending twice."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.measured_rounds import AT, some

from voipprobe.agent.config.identity import Identity
from voipprobe.agent.config.read import parse_fleet
from voipprobe.agent.publish.contract import Delivery, Publisher
from voipprobe.agent.service.senders import Senders
from voipprobe.agent.service.settings import Settings
from voipprobe.agent.store.store import Store
from voipprobe.model.measurement import Measurement


def settings(folder: Path, text: str) -> Settings:
    fleet = parse_fleet(text, "f")
    return Settings(
        digest="",
        file=folder / "fleet.toml", fleet=fleet, state=folder, works=(), local_address=None,
        identity=Identity(name="a", peer=None, how="a test"),
    )  # fmt: skip


class Hanging:
    """A publisher that answers when it is let."""

    interval_s = 0.0

    def __init__(self, name: str, released: threading.Event) -> None:
        self.name = name
        self.released = released

    def deliver(self, batch: Sequence[Measurement]) -> Delivery:
        self.released.wait(60)
        return Delivery(again=tuple(batch), complaint="too late")

    def close(self) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made, _ = Store.create(tmp_path)
    yield made
    made.close()


def lines(file: Path, count: int) -> list[str]:
    deadline_s = time.monotonic() + 20
    while not file.exists() or file.read_text().count("\n") < count:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    return file.read_text().splitlines()


def test_publishers_follow_the_file(tmp_path: Path, store: Store) -> None:
    """From one file to another: nothing is lost between them, nothing is in both."""
    complaints: list[tuple[str, str]] = []
    senders = Senders(tmp_path, complain=lambda *told: complaints.append(told))
    files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    for file in files:
        senders.replace(settings(tmp_path, f"[publish.jsonlines]\nfile = '{file}'\n"), store)
        store.add(some(3), AT, None)
        senders.nudge()
        lines(file, 3)
    senders.finish(within_s=20)
    assert [len(lines(file, 3)) for file in files] == [3, 3]
    assert complaints == []
    assert senders.states() == {}


def test_all_that_hang_are_left_in_one_time(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd waits 15 s for the whole agent, however many publishers it has."""
    released = threading.Event()

    def publishers(*_: object) -> Iterator[Publisher]:
        return (Hanging(f"p{number}", released) for number in range(5))

    monkeypatch.setattr("voipprobe.agent.service.senders.make_publishers", publishers)
    senders = Senders(tmp_path, complain=lambda *_: None)
    senders.replace(settings(tmp_path, ""), store)
    store.add(some(1), AT, None)
    senders.nudge()
    began_s = time.monotonic()
    senders.finish(within_s=1.0)
    took_s = time.monotonic() - began_s
    released.set()
    assert 1.0 <= took_s < 4.0  # one after the other they would take 5


def test_failures_outlive_their_sender(tmp_path: Path, store: Store) -> None:
    """A counter that goes back would be a spike in a graph."""
    senders = Senders(tmp_path, complain=lambda *_: None)
    bad = settings(tmp_path, "[publish.jsonlines]\nfile = '/no/such/folder/x'\n")
    senders.replace(bad, store)
    store.add(some(1), AT, None)
    senders.nudge()
    deadline_s = time.monotonic() + 20
    while not senders.failures and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert senders.states()["jsonlines"]["complaint"]
    senders.finish(within_s=20)
    counted = senders.failures
    assert counted >= 1
    senders.replace(bad, store)
    assert senders.failures >= counted
    senders.finish(within_s=20)


def test_a_publisher_that_hangs_is_not_doubled_by_a_reload(tmp_path: Path, store: Store) -> None:
    """A pipe that nobody reads holds the old sender; the new one of its name waits for it."""
    pipe, file = tmp_path / "pipe", tmp_path / "m.jsonl"
    os.mkfifo(pipe)
    senders = Senders(tmp_path, complain=lambda *_: None)
    senders.replace(settings(tmp_path, f"[publish.jsonlines]\nfile = '{pipe}'\n"), store)
    store.add(some(2), AT, None)
    senders.nudge()
    time.sleep(0.2)  # it hangs in open()
    senders.finish(within_s=0.05)
    senders.replace(settings(tmp_path, f"[publish.jsonlines]\nfile = '{file}'\n"), store)
    store.add(some(3, first=2), AT, None)
    senders.nudge()
    time.sleep(0.2)
    assert not file.exists()
    texts: list[str] = []
    reader = threading.Thread(target=lambda: texts.append(pipe.read_text()))
    reader.start()
    reader.join(20)
    assert len(lines(file, 3)) == 3
    senders.finish(within_s=20)
    assert texts[0].count("\n") == 2
