"""Rounds under way: begun when they are due, taken in when they end, ended when they must."""

import os
import select
import shutil
import signal
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from voipprobe.agent.config.plan import Work
from voipprobe.agent.rounds import work_names
from voipprobe.agent.rounds.forks import Fork, Nursery
from voipprobe.agent.rounds.grading import Remembered, grade_calls, grade_iperf, grade_nothing
from voipprobe.agent.rounds.orders import CallsOrder, Order
from voipprobe.agent.rounds.placed import Placed
from voipprobe.agent.schedule import Schedule, first_due_in_s
from voipprobe.agent.service.wake import Wake
from voipprobe.model.errors import VoipprobeError
from voipprobe.model.iperf import IperfResult

KILLED_WITHIN_S: Final = 5.0
STALE_S: Final = 2 * 3600.0
"""No round takes so long: what is older in the work folder was left by one that was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One round under way."""

    work: Work
    order: Order
    fork: Fork
    at: float
    began_s: float


class Flights:
    """All rounds of an agent that are under way, and when the next ones begin."""

    def __init__(
        self, agent: str, nursery: Nursery, schedule: Schedule, order: Callable[[Work], Order]
    ) -> None:
        """Know who flies.

        Args:
            agent: our name; it decides the phases.
            nursery: where rounds are forked.
            schedule: when they begin.
            order: makes the order of a round; may raise ConfigError.
        """
        self._agent = agent
        self._nursery = nursery
        self._order = order
        self._works: dict[str, Work] = {}
        self._flying: dict[str, Flight] = {}
        self.schedule = schedule

    @property
    def flying(self) -> Sequence[Flight]:
        """The rounds that are under way."""
        return tuple(self._flying.values())

    def _next_s(self, now_s: float) -> float:
        """When there is something to do, unless a round ends before (monotonic clock)."""
        due_s = self.schedule.wake_s(now_s)
        deadlines = [flight.fork.deadline_s for flight in self._flying.values()]
        return min([*deadlines, *([due_s] if due_s is not None else [])], default=float("inf"))

    def set_works(self, works: Iterable[Work]) -> None:
        """Do this from now on; what goes on keeps its turn."""
        self._works = {work.name: work for work in works}
        now_s, wall_s = time.monotonic(), time.time()
        for name in list(self.schedule.turns):
            if name not in self._works:
                self.schedule.drop(name)
        for work in self._works.values():
            due_in_s = first_due_in_s(self._agent, work.name, work.interval_s, wall_s)
            self.schedule.put(work.name, work.interval_s, now_s + due_in_s)

    def begin(self) -> list[Remembered]:
        """Begin what is due; returns the rounds that are over before they began."""
        over = []
        for name in self.schedule.begin(time.monotonic()):
            if name in self._flying:  # dropped and put back meanwhile
                continue
            failed = self._launch(self._works[name])
            if failed is not None:
                self.schedule.end(name)
                over.append(failed)
        return over

    def _launch(self, work: Work) -> Remembered | None:
        at, began_s = time.time(), time.monotonic()
        try:
            order = self._order(work)
            fork = self._nursery.order(_function(order), order, within_s=order.within_s)
        except VoipprobeError as error:
            return grade_nothing(work, str(error), at, 0.0)
        self._flying[work.name] = Flight(work=work, order=order, fork=fork, at=at, began_s=began_s)
        return None

    def take_in(self, wake: Wake | None, until_s: float) -> list[tuple[Remembered, str | None]]:
        """Wait for rounds, a signal or the time; the rounds that are over, as `collect` has them.

        Args:
            wake: the signals; None where they no longer matter.
            until_s: on the monotonic clock.
        """
        self.kill_overdue()
        now_s, forks = time.monotonic(), [flight.fork for flight in self._flying.values()]
        waited: list[Any] = [*forks, *([wake] if wake is not None else [])]
        next_s = min(until_s, self._next_s(now_s))
        ready, _, _ = select.select(waited, [], [], max(next_s - now_s, 0.0))
        if wake is not None and wake in ready:
            wake.drain()
        return self.collect(one for one in forks if one in ready)

    def hang_up(self, within_s: float) -> list[tuple[Remembered, str | None]]:
        """No new rounds; let every one that is under way end its calls now, in that time."""
        self.set_works(())
        for flight in self.flying:
            flight.fork.signal(signal.SIGTERM)
        over, deadline_s = [], time.monotonic() + within_s
        while self._flying and time.monotonic() < deadline_s:
            over += self.take_in(None, deadline_s)
        return over

    def collect(self, ready: Iterable[Fork]) -> list[tuple[Remembered, str | None]]:
        """Take in what has come; returns the rounds that are over, each with a fault of ours."""
        over, speaking = [], set(ready)
        for flight in [one for one in self.flying if one.fork in speaking]:
            if flight.fork.take():
                del self._flying[flight.work.name]
                self.schedule.end(flight.work.name)
                over.append(_remember(flight))
        return over

    def kill_overdue(self) -> None:
        """Kill what should be over by now."""
        now_s = time.monotonic()
        for flight in self.flying:
            if flight.fork.deadline_s <= now_s:
                flight.fork.signal(signal.SIGKILL)
                flight.fork.deadline_s = now_s + KILLED_WITHIN_S


def _function(order: Order) -> Callable[..., Any]:
    """What carries an order out."""
    return work_names.place_calls if isinstance(order, CallsOrder) else work_names.run_iperf


def _remember(flight: Flight) -> tuple[Remembered, str | None]:
    kind, value = flight.fork.outcome()
    duration_s = time.monotonic() - flight.began_s
    if kind == "done" and isinstance(value, Placed) and isinstance(flight.order, CallsOrder):
        return grade_calls(flight.work, value, flight.order.limits), None
    if kind == "done" and isinstance(value, IperfResult):
        return grade_iperf(flight.work, value, flight.at, duration_s), None
    found = grade_nothing(flight.work, str(value), flight.at, duration_s)
    return found, str(value) if kind == "crash" else None


def sweep(
    folder: Path, older_than_s: float = STALE_S, *, spared: Collection[str] = frozenset()
) -> None:
    """Remove what rounds that were killed have left in the work folder, but these folders."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in spared:
                continue
            if time.time() - entry.stat(follow_symlinks=False).st_mtime >= older_than_s:
                shutil.rmtree(entry.path, ignore_errors=True)
