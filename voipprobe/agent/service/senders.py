"""All publishers of an agent together."""

import time
from collections.abc import Callable
from pathlib import Path

from voipprobe.agent.publish.build import make_publishers
from voipprobe.agent.publish.sender import Sender
from voipprobe.agent.service.settings import Settings
from voipprobe.agent.store.store import Store


class Senders:
    """Starts, nudges and ends them; what they counted is kept when they are replaced."""

    def __init__(self, state: Path, *, complain: Callable[[str, str], None]) -> None:
        self._state = state
        self._complain = complain
        self._senders: list[Sender] = []
        self._leaving: dict[str, Sender] = {}
        self._past_failures = 0

    @property
    def failures(self) -> int:
        """Requests that were refused or not answered, since the agent began."""
        return self._past_failures + sum(one.failures for one in self._senders)

    def replace(self, settings: Settings, store: Store) -> None:
        """Publish as these settings say.

        Raises:
            ConfigError: a publisher cannot be made; the old ones go on.
        """
        fresh = list(make_publishers(settings.fleet, settings.identity))
        self.finish(within_s=5.0)
        store.register(one.name for one in fresh)
        self._senders = [
            Sender(one, self._state, complain=self._complain, after=self._leaving.get(one.name))
            for one in fresh
        ]
        for sender in self._senders:
            sender.start()

    def nudge(self) -> None:
        """There is something new to publish."""
        for sender in self._senders:
            sender.nudge()

    def finish(self, within_s: float) -> None:
        """Deliver what can be delivered in that time, all of them together, and end."""
        deadline_s = time.monotonic() + within_s
        for sender in self._senders:
            sender.finish_soon()
        for sender in self._senders:
            if not sender.join(max(deadline_s - time.monotonic(), 0.0)):
                self._leaving[sender.name] = sender
        self._past_failures = self.failures
        self._senders = []

    def states(self) -> dict[str, dict[str, float | str | None]]:
        """How each of them stands, for `agent status`."""
        return {
            one.name: {"last_success_at": one.last_success_at, "complaint": one.last_complaint}
            for one in self._senders
        }
