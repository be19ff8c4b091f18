"""Who looks at TCP while a capture is read: marks connections, and of a live one keeps frames.

Knows when something must be read before all else, and when it is too late for that.
"""

from typing import Final

from voipprobe.capture.files.reader import Batch
from voipprobe.capture.tshark.connections import Connections
from voipprobe.capture.tshark.extract import Extract


class FileTap:
    """Marks the connections of files, which can be read again."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def comes_first(self) -> bool:
        """Whether there is SIP over TCP: SDP must be known before the RTP that it explains."""
        return self._connections.are_wanted

    def take(self, batch: Batch, first_number: int) -> None:
        """Mark."""
        self._connections.mark(batch, first_number)


class LiveTap:
    """Marks connections and keeps their frames: the wire is seen only once.

    Frames before the batch that showed what a connection is are lost: they are a handshake
    without payload, but where a capture began in the middle of a message.
    """

    comes_first: Final = False

    def __init__(self, connections: Connections, extract: Extract) -> None:
        self._connections = connections
        self._extract = extract

    def take(self, batch: Batch, first_number: int) -> None:
        """Mark and keep."""
        self._connections.mark(batch, first_number)
        if self._connections.are_wanted:
            self._extract.take(batch, first_number, self._connections.table)
