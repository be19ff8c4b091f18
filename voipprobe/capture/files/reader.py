"""Capture files of either format as batches of frames.

Knows how a file goes on and where it ends; must not know what a frame holds. Damage ends a
file, is named by its offset, and takes nothing away from what stood before it.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from voipprobe.capture.files import pcap, pcapng
from voipprobe.capture.files.source import CaptureStream, Source
from voipprobe.capture.wire.records import FRAME, WINDOW_OCTETS
from voipprobe.model.errors import CaptureError

FRAMES_PER_BATCH: Final = 1 << 15
MAX_BLOCK_OCTETS: Final = WINDOW_OCTETS
"""Blocks other than packets are read whole."""

_PCAPNG_MAGIC: Final = bytes.fromhex("0a0d0d0a")
_MAGICS: Final = (_PCAPNG_MAGIC, *pcap.MAGICS)
_COMPRESSED: Final = {
    b"\xfd7zXZ": "xz -d",
    b"BZh": "bzip2 -d",
}


class Batch(NamedTuple):
    """Frames and the WINDOW that they point into; both are used again for the next batch."""

    window: npt.NDArray[Any]
    frames: npt.NDArray[Any]
    frame_count: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Where a file stopped making sense: the offset of the first octet not used."""

    file: str
    offset: int
    reason: str


class PacketSource(Protocol):
    """Where packets come from: a capture file, or a live ring.

    The attributes may be read at any time; they are complete when `batches` has ended.
    """

    @property
    def name(self) -> str:
        """Of the file or interface."""

    @property
    def octets(self) -> int:
        """Octets of the capture, decompressed."""

    @property
    def position(self) -> int:
        """Octets read of the file as it lies on the disk, to show progress."""

    @property
    def damage(self) -> Damage | None:
        """Where it ended before its end."""

    @property
    def dropped_packets(self) -> int | None:
        """Packets that were lost before they came here; None if nobody tells."""

    @property
    def untimed_packets(self) -> int:
        """Packets without a time, which are left out."""

    def batches(self) -> Iterator[Batch]:
        """Frames in order; a batch is valid until the next one is asked for."""


class _Format(Protocol):
    """What the two formats differ in."""

    @property
    def big(self) -> bool:
        """Byte order."""

    def find(self, source: Source, frames: npt.NDArray[Any], result: npt.NDArray[Any]) -> None:
        """Run the framing kernel over the window of `source`."""

    def take_block(self, source: Source) -> bool | None:
        """Whether the block at the window's beginning made sense; None if it is not whole."""


class CaptureFile:
    """One capture file, read once from beginning to end.

    Attributes:
        damage: set when the file ended before its end. position: octets read on the disk.
    """

    def __init__(self, path: Path) -> None:
        self._stream = CaptureStream(path)
        self.source = Source(self._stream.content, str(path))
        self.damage: Damage | None = None
        self.position = 0
        try:
            self._format = _open_format(self.source)
        except CaptureError:
            self._stream.close()
            raise

    @property
    def name(self) -> str:
        """The path of the file."""
        return self.source.name

    @property
    def octets(self) -> int:
        """Octets read so far, decompressed."""
        return self.source.total

    @property
    def dropped_packets(self) -> int | None:
        """Packets that the file says were lost before they reached it; None if it does not."""
        return self._format.section.dropped if isinstance(self._format, _Pcapng) else None

    @property
    def untimed_packets(self) -> int:
        """Packets without a time (pcapng simple packet blocks), which are left out."""
        return self._format.section.skipped if isinstance(self._format, _Pcapng) else 0

    @property
    def is_big_endian(self) -> bool:
        """The byte order of what stands around the frames, in the batch that came last."""
        return self._format.big

    def batches(self) -> Iterator[Batch]:
        """Frames in file order; a batch is valid until the next one is asked for."""
        frames = np.zeros(FRAMES_PER_BATCH, dtype=FRAME)
        result = pcap.new_result()
        with contextlib.closing(self._stream):
            while self.damage is None:
                self._format.find(self.source, frames, result)
                stop, octets, count = (int(value) for value in result)
                self.position = self._stream.octets_read
                if count:
                    yield Batch(self.source.window, frames, count)
                self.source.consume(octets)
                if not self._go_on(stop):
                    return

    def _go_on(self, stop: int) -> bool:
        """Whether there is more to find after the kernel stopped."""
        if stop == pcap.DAMAGED:
            return self._end("what follows is no packet")
        whole: bool | None = True
        if stop == pcap.BLOCK:
            whole = self._format.take_block(self.source)
            if whole is False:
                return self._end("what follows is no pcapng block")
        if (stop == pcap.NEED_MORE or whole is None) and not self.source.fill():
            left = self.source.end - self.source.start
            if self.source.problem is not None:
                return self._end(self.source.problem)
            return left > 0 and self._end(f"cut off: the last {left} bytes are half a record")
        return True

    def _end(self, reason: str) -> bool:
        self.damage = Damage(self.source.name, self.source.offset, reason)
        return False


class _Pcap:
    def __init__(self, header: pcap.PcapHeader) -> None:
        self._header = header

    @property
    def big(self) -> bool:
        return self._header.big

    def find(self, source: Source, frames: npt.NDArray[Any], result: npt.NDArray[Any]) -> None:
        header = self._header
        pcap.find_frames(
            source.window,
            source.start,
            source.end,
            header.big,
            header.unit_ns,
            header.link,
            frames,
            result,
        )

    def take_block(self, source: Source) -> bool | None:
        """A pcap file has no blocks."""
        raise NotImplementedError(source.name)


class _Pcapng:
    def __init__(self) -> None:
        self.section = pcapng.Section()

    @property
    def big(self) -> bool:
        return self.section.big

    def find(self, source: Source, frames: npt.NDArray[Any], result: npt.NDArray[Any]) -> None:
        section = self.section
        pcapng.find_frames(
            source.window,
            source.start,
            source.end,
            section.big,
            section.interfaces,
            frames,
            result,
        )

    def take_block(self, source: Source) -> bool | None:
        head = source.buffer[source.start : min(source.end, source.start + 12)].tobytes()
        length, big = pcapng.block_length(head, self.section.big)
        if length == 0 or length > MAX_BLOCK_OCTETS:
            return False
        if source.start + length > source.end:
            return None
        block = source.buffer[source.start : source.start + length].tobytes()
        self.section.big = big
        if not self.section.take_block(block):
            return False
        source.consume(length)
        return True


def _open_format(source: Source) -> _Format:
    """The format of a file by its first octets.

    Raises:
        CaptureError: it is empty or no capture file.
    """
    source.fill()
    head = source.buffer[: min(source.end, pcap.FILE_HEADER_OCTETS)].tobytes()
    header = pcap.parse_header(head)
    if header is not None:
        source.consume(pcap.FILE_HEADER_OCTETS)
        return _Pcap(header)
    if len(head) >= 12 and head[:4] == _PCAPNG_MAGIC:
        return _Pcapng()
    raise CaptureError(f"{source.name}: {source.problem or _why_not(head)}")


def _why_not(head: bytes) -> str:
    if not head:
        return "the file is empty; was the capture stopped before it began?"
    if len(head) < pcap.FILE_HEADER_OCTETS and head.startswith(_MAGICS):
        return f"cut off after {len(head)} bytes: not even its header is whole"
    for magic, command in _COMPRESSED.items():
        if head.startswith(magic):
            return f"the file is compressed; decompress it first ({command})"
    return (
        f"neither pcap nor pcapng (it begins with {head[:4].hex(' ')}); give a file that "
        "tcpdump, dumpcap or Wireshark wrote"
    )
