"""One thread for each publisher: what is slow or down delays neither probes nor the others."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from voipprobe.agent.publish.contract import Delivery, Publisher
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError

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
    ) -> None:
        """Prepare; `start` begins.

        Args:
            publisher: where to.
            state: folder of the store.
            complain: told the publisher's name and what went wrong.
        """
        self._publisher = publisher
        self._state = state
        self._complain = complain
        self._wake = threading.Event()
        self._ending = threading.Event()
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
        """Wait until it has ended; False where it has not."""
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
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
        except StoreError as error:
            self._failed(str(error))
            return STORE_RETRY_S
        try:
            while (pause_s := self._step(store)) is None:
                pass
            return pause_s
        except StoreError as error:
            self._failed(str(error))
            return STORE_RETRY_S
        finally:
            store.close()

    def _step(self, store: Store) -> float | None:
        """One batch; returns how long to pause, None to go on at once."""
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
            store.confirm(self.name, last, delivery.again, delivery.refused + lost)
            self.last_success_at = time.time()
        return self._after(delivery)

    def _after(self, delivery: Delivery) -> float | None:
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
