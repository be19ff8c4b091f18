"""Captures without what was said: the payload of RTP is cut off, its header stays.

SIP and RTCP stay as they are, and so does what is no RTP. What is cut includes telephone events:
a digit may be of a PIN. Every packet says how long it was on the wire, so that all figures stay
what they were, but for those that listen.

Knows where a payload begins; must not know streams.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from voipprobe.capture.files import blocks
from voipprobe.capture.files.reader import FRAMES_PER_BATCH, Batch, CaptureFile
from voipprobe.capture.wire import records
from voipprobe.capture.wire.walk import FOUND, PACKETS_FOUND, walk
from voipprobe.model.errors import CaptureError

PRIVATE_FILE = 0o600


def strip_media(path: Path) -> int:
    """Rewrite a capture without the payload of its RTP; it stays as it was until that is whole.

    Args:
        path: pcap or pcapng, plain or compressed; it becomes a plain pcapng file, mode 0600.

    Returns:
        Packets whose payload was cut off.

    Raises:
        CaptureError: it cannot be read or written, or is no capture.
    """
    try:
        with _replacement(path) as out:
            return _Stripper(CaptureFile(path), out).run()
    except OSError as error:
        raise CaptureError(
            f"{path}: cannot be written without its media: {error.strerror}; make room there"
        ) from error


class _Stripper:
    """One file on its way into another."""

    def __init__(self, source: CaptureFile, out: BinaryIO) -> None:
        self._source, self._out = source, out
        self._links: list[int] = []
        self._packets = np.zeros(FRAMES_PER_BATCH + 1, dtype=records.PACKET)
        self._messages = np.zeros(FRAMES_PER_BATCH + 1, dtype=records.MESSAGE)
        self._counts = np.zeros(records.KINDS, dtype=np.int64)
        self._found = np.zeros(FOUND, dtype=np.int64)

    def run(self) -> int:
        """How many packets were cut."""
        self._out.write(blocks.section())
        last_ns = 0
        for batch in self._source.batches():
            self._take(batch)
            last_ns = int(batch.frames["time_ns"][batch.frame_count - 1])
        dropped = self._source.dropped_packets
        if dropped is not None and self._links:
            self._out.write(blocks.statistics(0, last_ns, dropped))
        return int(self._counts[records.RTP])

    def _take(self, batch: Batch) -> None:
        octets = batch.window["octets"][0]
        frames = batch.frames[: batch.frame_count]
        kept = self._kept(batch)
        wire = _wire_octets(octets, frames["at"], is_big=self._source.is_big_endian)
        rows = (frames["link"], frames["time_ns"], frames["at"], kept, wire)
        for link, time_ns, at, length, on_wire in zip(*(one.tolist() for one in rows), strict=True):
            number = self._interface(link)
            frame = octets[at : at + length].tobytes()
            self._out.write(blocks.packet(number, time_ns, frame, max(on_wire, length)))

    def _kept(self, batch: Batch) -> npt.NDArray[np.int64]:
        """Octets of each frame that stay."""
        no_ports = np.zeros(0, dtype=np.uint8)
        walk(
            batch.window,
            batch.frames,
            batch.frame_count,
            0,
            no_ports,
            self._packets,
            self._messages,
            self._counts,
            self._found,
        )
        rtp = self._packets[: int(self._found[PACKETS_FOUND])]
        kept = batch.frames["captured"][: batch.frame_count].astype(np.int64)
        kept[rtp["number"]] = rtp["payload_at"] - batch.frames["at"][rtp["number"]]
        return kept

    def _interface(self, link: int) -> int:
        if link not in self._links:
            self._links.append(link)
            self._out.write(blocks.interface(link))
        return self._links.index(link)


def _wire_octets(
    octets: npt.NDArray[np.uint8], at: npt.NDArray[np.int64], *, is_big: bool
) -> npt.NDArray[np.int64]:
    """Octets that frames had on the wire: both formats say so right before the frame."""
    fields = octets[at[:, np.newaxis] + np.arange(-4, 0)].copy()
    found: npt.NDArray[np.int64] = fields.view(">u4" if is_big else "<u4")[:, 0].astype(np.int64)
    return found


@contextlib.contextmanager
def _replacement(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of another one once it is whole and on the disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            os.fchmod(descriptor, PRIVATE_FILE)
            yield out
            out.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
