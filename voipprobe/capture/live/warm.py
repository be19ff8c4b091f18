"""Everything compiled before the first packet of a live capture is due.

The first use on a machine compiles for seconds, in which a ring would overflow.
"""

from collections.abc import Iterator

import numpy as np

from voipprobe.capture.files.reader import Batch
from voipprobe.capture.live.blocks import find_frames
from voipprobe.capture.reading import read_capture
from voipprobe.capture.tshark.connections import Connections
from voipprobe.capture.tshark.extract import Extract
from voipprobe.capture.tshark.secrets import KeyLog
from voipprobe.capture.wire.records import FRAME, WINDOW


def warm_up() -> None:
    """Run every kernel once, over one frame that says nothing."""
    read_capture([_OneFrame()], on_datagrams=lambda _: None)
    connections = Connections((), KeyLog.of(b""))
    with Extract(spills=False) as extract:
        for batch in _OneFrame().batches():
            connections.mark(batch, 1)
            extract.take(batch, 1, connections.table)


class _OneFrame:
    """A source of one frame of zeros."""

    name = ""
    octets = 0
    position = 0
    damage = None
    dropped_packets = None
    untimed_packets = 0

    def batches(self) -> Iterator[Batch]:
        """One batch."""
        window, frames = np.zeros(1, dtype=WINDOW), np.zeros(1, dtype=FRAME)
        find_frames(window, 1, frames, np.array([0, 1, 0], dtype=np.int64))
        yield Batch(window, frames, 1)
