"""The loss of echoed media, told apart by direction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamDirections:
    """One stream of ours on its way to the far end and back, as both ends captured it.

    Packets are told by SSRC and sequence number, so the two ends need no common clock.

    Attributes:
        call_id, ssrc: which stream, as in `Stream`.
        sent: distinct packets that left our end.
        arrived: of these, those that came to the far end.
        returned: of these, those that the far end sent back.
        received: of these, those that came back to us.
    """

    call_id: str
    ssrc: str
    sent: int
    arrived: int
    returned: int
    received: int

    @property
    def forward_loss_ratio(self) -> float | None:
        """Lost on the way there / sent (0..1); None when nothing was sent."""
        return (self.sent - self.arrived) / self.sent if self.sent else None

    @property
    def far_end_loss_ratio(self) -> float | None:
        """Not echoed by the far end / arrived (0..1): a fault of the responder, not of the path."""
        return (self.arrived - self.returned) / self.arrived if self.arrived else None

    @property
    def backward_loss_ratio(self) -> float | None:
        """Lost on the way back / sent back (0..1); None when nothing was."""
        return (self.returned - self.received) / self.returned if self.returned else None
