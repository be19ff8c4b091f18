"""What every publisher does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from voipprobe.model.measurement import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a batch went.

    Attributes:
        again: measurements that may be delivered later.
        refused: how many were refused for good.
        complaint: why, in one line; None when all went well.
        retry_after_s: how long to wait before `again` is tried.
    """

    again: tuple[Measurement, ...] = ()
    refused: int = 0
    complaint: str | None = None
    retry_after_s: float = 0.0


class Publisher(Protocol):
    """Delivers measurements somewhere."""

    @property
    def name(self) -> str:
        """What the store knows it by."""

    @property
    def interval_s(self) -> float:
        """How often it delivers; 0 for at once."""

    def deliver(self, batch: Sequence[Measurement]) -> Delivery:
        """Deliver a batch; whatever goes wrong is in the answer."""

    def close(self) -> None:
        """Let go of everything."""
