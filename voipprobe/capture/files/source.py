"""A capture file as a window of octets that moves forward in bounded memory.

Knows bytes and offsets and nothing of packets. The file is read and not mapped: a mapped file
that somebody cuts short kills the process (SIGBUS), and its pages count as ours. Anything with
`readinto` can be the stream, one that decompresses included.
"""

from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from voipprobe.capture.files.compressed import Unpacked, unpacked
from voipprobe.capture.kernels.memory import zeros
from voipprobe.capture.wire.records import WINDOW
from voipprobe.model.errors import CaptureError


class Source:
    """The window: `buffer[start:end]` are the octets not yet consumed.

    Attributes:
        window: one WINDOW record, for kernels. buffer: the same octets, for Python.
        offset: of `buffer[start]` in the file, decompressed.
        total: octets read so far, decompressed.
    """

    def __init__(self, stream: BinaryIO | Unpacked, name: str) -> None:
        self.name = name
        self.window = zeros(WINDOW, 1)
        self.buffer: npt.NDArray[np.uint8] = self.window["octets"][0]
        self.start = 0
        self.end = 0
        self.offset = 0
        self.total = 0
        self._stream: Any = stream

    @property
    def problem(self) -> str | None:
        """Why there is no more although there should be; None if nothing is wrong."""
        return self._stream.problem if isinstance(self._stream, Unpacked) else None

    def consume(self, octets: int) -> None:
        """Move the beginning of the window forward."""
        self.start += octets
        self.offset += octets

    def fill(self) -> bool:
        """Whether more octets came: keeps what is left and reads behind it to a full window."""
        left = self.end - self.start
        self.buffer[:left] = self.buffer[self.start : self.end].copy()
        self.start, self.end = 0, left
        view = memoryview(self.buffer.data)
        try:
            while self.end < len(view):
                octets = self._stream.readinto(view[self.end :])
                if not octets:
                    break
                self.end += octets
        except OSError as error:
            raise CaptureError(f"{self.name}: cannot be read: {error.strerror}") from error
        self.total += self.end - left
        return self.end > left


class CaptureStream:
    """The bytes of a capture file, decompressed where they are compressed.

    Attributes:
        file: as it lies on the disk. content: what a capture reader reads.
    """

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            CaptureError: it does not exist, is a folder or may not be read.
        """
        try:
            self.file = path.open("rb")
            magic = self.file.peek(4)
        except OSError as error:
            raise CaptureError(
                f"{path}: cannot be opened: {error.strerror}; give the path of a pcap or pcapng "
                "file that you may read"
            ) from error
        self.content: BufferedReader | Unpacked = unpacked(self.file, magic) or self.file

    @property
    def octets_read(self) -> int:
        """How far the file on the disk was read."""
        return self.file.tell() if not self.file.closed else 0

    def close(self) -> None:
        """Close both."""
        self.content.close()
