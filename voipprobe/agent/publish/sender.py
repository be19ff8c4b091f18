"""One thread for each publisher: what is slow or down delays neither probes nor the others."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from voipprobe.agent.publish.contract import Delivery, Publisher
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError
from voipprobe.model.measurement import Measurement

ENTRIES_AT_ONCE: Final = 500
"""What a minute of many paths, or an hour of few, makes."""
STORE_RETRY_S: Final = 5.0


class Sender:
    """Takes from the store what its publisher has not confirmed, and delivers it."""

    def __init__(
        self,
        publisher: Publisher,
        state: Path,
        *,
        complain: Callable[[str, str], None],
        after: "Sender | None" = None,
    ) -> None:
        """Prepare; `start` begins.

        Args:
            publisher: where to.
            state: folder of the store.
            complain: told the publisher's name and what went wrong.
            after: one of the same name that has not ended yet: two would send the same twice.
        """
        self._publisher = publisher
        self._state = state
        self._complain = complain
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._enough = threading.Event()
        self._after_that = after
        self._owed: tuple[int | None, Sequence[Measurement], int] | None = None
        self._thread = threading.Thread(target=self._run, name=publisher.name, daemon=True)
        self.failures = 0
        self.last_success_at: float | None = None
        self.last_complaint: str | None = None

    @property
    def name(self) -> str:
        """Of its publisher."""
        return self._publisher.name

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def nudge(self) -> None:
        """There is something new."""
        if self._publisher.interval_s == 0:
            self._wake.set()

    def finish_soon(self) -> None:
        """Deliver what can be delivered in one go, and end."""
        self._ending.set()
        self._wake.set()

    def join(self, within_s: float) -> bool:
        """Wait until it has ended; False where it has not: it ends after its next batch."""
        self._thread.join(within_s)
        self._enough.set()
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._after_that is not None:
            self._after_that._thread.join()
            self._after_that = None
        pause_s = self._publisher.interval_s or STORE_RETRY_S
        try:
            while True:
                self._wake.wait(pause_s)
                self._wake.clear()
                ending = self._ending.is_set()
                pause_s = self._drain()
                if ending:
                    return
        finally:
            self._publisher.close()

    def _drain(self) -> float:
        """Deliver all that waits; returns how long to pause."""
        try:
            store = Store.again(self._state)
            try:
                return self._deliver_all(store)
            finally:
                store.close()
        except StoreError as error:
            self._failed(str(error))
        except Exception as error:  # a fault of ours must not end what runs for months
            self._failed(f"{type(error).__name__}: {error}")
        return STORE_RETRY_S

    def _deliver_all(self, store: Store) -> float:
        while not self._enough.is_set():
            pause_s = self._step(store)
            if pause_s is not None:
                return pause_s
        return STORE_RETRY_S

    def _step(self, store: Store) -> float | None:
        """One batch; returns how long to pause, None to go on at once."""
        self._note(store)
        left = store.leftover(self.name)
        entries = [] if left else store.waiting(self.name, ENTRIES_AT_ONCE)
        batch = left or tuple(one for entry in entries for one in entry.measurements)
        last = entries[-1].number if entries else None
        lost = sum(entry.lost for entry in entries)
        if not batch:
            if last is None:
                return self._publisher.interval_s or STORE_RETRY_S
            store.confirm(self.name, last, (), lost)
            return None
        delivery = self._publisher.deliver(batch)
        if len(delivery.again) < len(batch):  # something of it has its answer
            self._owed = (last, delivery.again, delivery.refused + lost)
            self.last_success_at = time.time()
            self._note(store)
        return self._look_at(delivery)

    def _note(self, store: Store) -> None:
        """Note what was delivered; where the disk is full, before anything is delivered again."""
        if self._owed is not None:
            store.confirm(self.name, *self._owed)
            self._owed = None

    def _look_at(self, delivery: Delivery) -> float | None:
        if delivery.complaint is not None:
            self._failed(delivery.complaint)
        else:
            self.last_complaint = None
        return max(delivery.retry_after_s, 0.1) if delivery.again else None

    def _failed(self, complaint: str) -> None:
        self.failures += 1
        if complaint != self.last_complaint:  # the same every minute says nothing new
            self._complain(self.name, complaint)
        self.last_complaint = complaint
