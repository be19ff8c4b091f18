"""The order of packets within their flow: when each is due, and whether it was overtaken.

Order is kept by flow and not by path: on real paths packets of one flow take the same links,
those of different flows need not, and one call's jitter must not be passed on to another's.
"""

from typing import Final

from mesh_demo.fate import HOLD_S, Fate

MANY: Final = 4096
"""From this number on, flows that have gone quiet are forgotten."""


class Flow:
    """One flow on its way: the latest due time given, the highest serial that has left."""

    __slots__ = ("_latest_s", "_left")

    def __init__(self) -> None:
        self._latest_s = 0.0
        self._left = 0

    def due_s(self, now_s: float, fate: Fate) -> float:
        """When a packet that arrives now may leave: not before an earlier one, but for held ones.

        A packet that is held back holds nobody else back.
        """
        due_s = max(now_s + fate.delay_s, self._latest_s)
        if fate.held:
            return due_s + HOLD_S
        self._latest_s = due_s
        return due_s

    def leaves(self, serial: int) -> bool:
        """Note that a packet leaves; returns whether a later one has left before it."""
        if serial < self._left:
            return True
        self._left = serial
        return False

    def is_quiet(self, now_s: float) -> bool:
        """Whether nothing of it waits any more, so that forgetting it changes nothing."""
        return self._latest_s + HOLD_S < now_s


class Flows:
    """The flows of one path."""

    def __init__(self) -> None:
        self._flows: dict[bytes, Flow] = {}

    def get(self, key: bytes, now_s: float) -> Flow:
        """The flow of this key, a new one if need be."""
        found = self._flows.get(key)
        if found is None:
            if len(self._flows) >= MANY:
                self._forget(now_s)
            found = self._flows[key] = Flow()
        return found

    def __len__(self) -> int:
        return len(self._flows)

    def _forget(self, now_s: float) -> None:
        self._flows = {
            key: flow for key, flow in self._flows.items() if not flow.is_quiet(now_s)
        }  # fmt: skip
