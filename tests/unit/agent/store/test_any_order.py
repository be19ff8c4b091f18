"""Storing, publishing and pruning in any order, beside a model in plain Python."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support.measured_rounds import AT, round_, some

from voipprobe.agent.store.pruning import Pruner
from voipprobe.agent.store.store import Store
from voipprobe.model.measurement import Measurement

NAMES = ("cloudwatch", "jsonlines")
names = st.sampled_from(NAMES)


class Model:
    """What one publisher should know."""

    def __init__(self, confirmed: int) -> None:
        self.confirmed = confirmed
        self.leftover: tuple[Measurement, ...] = ()
        self.dropped = 0


class AnyOrder(RuleBasedStateMachine):
    """The store on the disk against dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="voipprobe-store-"))
        self.store = Store.create(self.folder)[0]
        self.store._database.execute("PRAGMA synchronous = OFF")
        self.entries: dict[int, tuple[Measurement, ...]] = {}
        self.newest = 0
        self.now = AT
        self.publishers: dict[str, Model] = {}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    def waiting(self, name: str) -> list[int]:
        return sorted(n for n in self.entries if n > self.publishers[name].confirmed)

    @rule(count=st.integers(0, 4))
    def add(self, count: int) -> None:
        self.now += 10
        batch = some(count, first=self.newest * 10, at=self.now)
        self.newest += 1
        number = self.store.add(batch, self.now, round_(at=self.now))
        assert number == self.newest
        self.entries[number] = batch

    @rule(chosen=st.sets(names))
    def register(self, chosen: set[str]) -> None:
        self.store.register(sorted(chosen))
        newest = max(self.entries, default=0)
        self.publishers = {
            name: self.publishers.get(name) or Model(newest) for name in sorted(chosen)
        }

    @rule(name=names, most=st.integers(1, 5), refused=st.integers(0, 2), again=st.integers(0, 3))
    def publish(self, name: str, most: int, refused: int, again: int) -> None:
        """As a sender does: the leftover first; of a batch some is refused, some comes again."""
        if name not in self.publishers:
            return
        model = self.publishers[name]
        if model.leftover:
            batch, last = model.leftover, None
        else:
            numbers = self.waiting(name)[:most]
            found = self.store.waiting(name, most)
            assert [entry.number for entry in found] == numbers
            batch = tuple(one for entry in found for one in entry.measurements)
            assert batch == tuple(one for number in numbers for one in self.entries[number])
            last = numbers[-1] if numbers else None
        refused = min(refused, len(batch))
        left = batch[refused : refused + again]
        self.store.confirm(name, last, left, refused)
        model.confirmed = max(model.confirmed, last or 0)
        model.leftover, model.dropped = left, model.dropped + refused

    @rule(keep=st.integers(0, 6))
    def prune(self, keep: int) -> None:
        """All but the newest few become too old."""
        limit = self.now - keep * 10 + 5
        gone = {n for n, batch in self.entries.items() if self.at(n) < limit}
        lost = 0
        for name, model in self.publishers.items():
            missed = sum(len(self.entries[n]) for n in gone & set(self.waiting(name)))
            model.dropped += missed
            lost += missed
        assert Pruner.run(self.folder, keep_s=0, max_octets=1 << 30, now=limit) == lost
        for number in gone:
            del self.entries[number]

    def at(self, number: int) -> float:
        return AT + 10 * number

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store, complaint = Store.create(self.folder)
        assert complaint is None
        self.store._database.execute("PRAGMA synchronous = OFF")

    @invariant()
    def store_agrees(self) -> None:
        states = {one.publisher: one for one in self.store.spooled()}
        assert states.keys() == self.publishers.keys()
        for name, model in self.publishers.items():
            waiting = self.waiting(name)
            depth = sum(len(self.entries[n]) for n in waiting) + len(model.leftover)
            assert (states[name].depth, states[name].dropped) == (depth, model.dropped)
            assert self.store.leftover(name) == model.leftover
            assert [one.number for one in self.store.waiting(name, 1000)] == waiting


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=20, stateful_step_count=25)
