"""An interface as a source of packets, for so long or until it is stopped.

Knows time and blocks. Must not know what a frame holds.
"""

import time
from collections.abc import Iterator

import numpy as np

from voipprobe.capture.files.reader import FRAMES_PER_BATCH, Batch, Damage
from voipprobe.capture.live.blocks import FIRST_AT, FRAMES, LEFT, PACKETS_AT, find_frames
from voipprobe.capture.live.ring import BLOCKS, RETIRE_MS, Ring
from voipprobe.capture.wire.records import FRAME

LOOK_EVERY_MS = 200
"""So often a quiet capture looks whether it shall end."""


class LiveCapture:
    """A capture that begins when it is made and is read once (a `PacketSource`).

    Attributes:
        name: of the interface. octets: of the packets seen. position: the same.
        damage: set when the interface went down. dropped_packets: by the kernel, for us.
    """

    untimed_packets = 0

    def __init__(self, interface: str, *, duration_s: float | None = None) -> None:
        """Begin.

        Args:
            interface: to listen on.
            duration_s: when to end; None for when `stop` is called.

        Raises:
            CaptureError: we may not, or there is no such interface.
        """
        self._ring = Ring(interface)
        self._ends_at = None if duration_s is None else time.monotonic() + duration_s
        self._stopped = False
        self.name = interface
        self.octets = 0
        self.damage: Damage | None = None
        self.dropped_packets: int | None = 0

    @property
    def position(self) -> int:
        """Octets so far."""
        return self.octets

    def stop(self) -> None:
        """End soon; may be called from a signal handler."""
        self._stopped = True

    def batches(self) -> Iterator[Batch]:
        """Frames in order; a batch is valid until the next one is asked for."""
        frames = np.zeros(FRAMES_PER_BATCH, dtype=FRAME)
        try:
            for block in self._ready_blocks():
                yield from self._frames_of(block, frames)
                self._ring.release(block)
                self.dropped_packets = self._ring.dropped()
        finally:
            self.dropped_packets = self._ring.dropped()
            self._ring.close()

    def _ready_blocks(self) -> Iterator[int]:
        """Blocks in the order in which the kernel fills them, to the last one before the end."""
        block = 0
        while not self._is_over() and not self.damage:
            if self._ring.is_ready(block):
                yield block
                block = (block + 1) % BLOCKS
            else:
                self._wait(LOOK_EVERY_MS)
        time.sleep(2 * RETIRE_MS / 1000)  # the kernel hands over what it has begun to fill
        for last in range(block, block + BLOCKS):  # and no more: packets may never cease
            if not self._ring.is_ready(last % BLOCKS):
                return
            yield last % BLOCKS

    def _is_over(self) -> bool:
        return self._stopped or (self._ends_at is not None and time.monotonic() >= self._ends_at)

    def _wait(self, timeout_ms: float) -> None:
        if self._ends_at is not None:
            timeout_ms = min(timeout_ms, max(self._ends_at - time.monotonic(), 0) * 1000)
        reason = self._ring.wait(timeout_ms)
        if reason is not None:
            self.damage = Damage(self.name, self.octets, reason)

    def _frames_of(self, block: int, frames: np.ndarray) -> Iterator[Batch]:
        window = self._ring.blocks[block : block + 1]
        head = window["octets"][0][: FIRST_AT + 4].view(np.uint32)
        place = np.array([head[FIRST_AT // 4], head[PACKETS_AT // 4], 0], dtype=np.int64)
        while place[LEFT] > 0:
            find_frames(window, self._ring.link, frames, place)
            count = int(place[FRAMES])
            if count == 0:
                return
            self.octets += int(frames["captured"][:count].sum())
            yield Batch(window, frames, count)
