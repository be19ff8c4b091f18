"""What a round of calls brought back from its fork. Loads nothing heavy."""

from dataclasses import dataclass

from voipprobe.model.directions import StreamDirections
from voipprobe.model.probe import ProbeResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A round of calls.

    Attributes:
        directions: of the streams that both ends captured.
        undirected: why there are none, in words; None where nobody asked.
        folder: where the files of the round lie, if they were kept.
    """

    result: ProbeResult
    directions: tuple[StreamDirections, ...] = ()
    undirected: str | None = None
    folder: str | None = None
