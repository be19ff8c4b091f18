"""gzip and zstd as streams: whole octets come out until the data end or make no sense.

Knows the two libraries and that a few octets can stand for gigabytes: never more comes out at
once than was asked for. Must not know captures.
"""

import zlib
from io import RawIOBase
from typing import Any, BinaryIO, Final, cast

from voipprobe.capture.files.zstd_frames import ZSTD_MAGIC, ZstdFrames

GZIP_MAGIC: Final = b"\x1f\x8b"
_READ_OCTETS: Final = 1 << 16
_ZSTD_READ_OCTETS: Final = 1 << 13
"""Small, because what came out of them is lost where they turn out to be damaged."""
_ZSTD_ROOM_OCTETS: Final = 1 << 18
"""More than a block of 128 KiB: at the end of its input, zstandard's reader forgets what it holds
back of a block that had no room."""
_GZIP_WINDOW: Final = 31  # zlib's word for a gzip header around a window of 2^15
_LARGEST_ZSTD_WINDOW: Final = 1 << 27  # what the zstd command accepts without being told


class Unpacked(RawIOBase):
    """What a compressed stream holds.

    Attributes:
        problem: why it ended before its end; None while nothing is wrong.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.problem: str | None = None

    def close(self) -> None:
        """Close the compressed stream too."""
        self._stream.close()
        super().close()


class Gzip(Unpacked):
    """All members of a gzip stream, one after another."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._machine: Any = zlib.decompressobj(_GZIP_WINDOW)
        self._waiting = b""
        self._consumed = 0
        self._begun = False

    def readinto(self, view: Any) -> int:
        """How many octets were put into `view`; 0 at the end, and where the data are damaged."""
        while self.problem is None:
            if not self._waiting and not self._refill():
                return 0
            octets = self._next(len(view))
            view[: len(octets)] = octets
            if octets:
                return len(octets)
        return 0

    def _refill(self) -> bool:
        self._waiting = self._stream.read(_READ_OCTETS)
        self._consumed += len(self._waiting)
        if not self._waiting and self._begun:
            self.problem = f"the gzip data are cut off after {self._consumed} bytes"
        return bool(self._waiting)

    def _next(self, most: int) -> bytes:
        """What comes out of the waiting octets, at most so many."""
        before = self._machine.copy()
        try:
            octets: bytes = self._machine.decompress(self._waiting, most)
        except zlib.error:
            return self._salvage(before, most)
        self._begun = True
        self._waiting = self._machine.unconsumed_tail
        if self._machine.eof:
            self._end_member()
        return octets

    def _end_member(self) -> None:
        """Go on with the next member; zeros behind the last one are padding (RFC 1952 2.2)."""
        self._waiting = self._machine.unused_data.lstrip(b"\0")
        self._machine = zlib.decompressobj(_GZIP_WINDOW)
        self._begun = bool(self._waiting)

    def _salvage(self, machine: Any, most: int) -> bytes:
        """What came out before the damage: zlib throws away a whole call when it fails."""
        found = bytearray()
        for at in range(len(self._waiting)):
            try:
                found += machine.decompress(self._waiting[at : at + 1], most - len(found) or 1)
            except zlib.error:
                offset = self._consumed - len(self._waiting) + at
                self.problem = f"the gzip data are damaged at byte {offset}"
                break
        return bytes(found[:most])


class Zstd(Unpacked):
    """All frames of a zstd stream, one after another."""

    def __init__(self, stream: BinaryIO) -> None:
        import zstandard  # noqa: PLC0415 - most captures are not compressed

        super().__init__(stream)
        self._error: Any = zstandard.ZstdError
        self._room = bytearray(_ZSTD_ROOM_OCTETS)
        self._ready = memoryview(b"")
        machine = zstandard.ZstdDecompressor(max_window_size=_LARGEST_ZSTD_WINDOW)
        self._frames = ZstdFrames(stream)
        self._reader: Any = machine.stream_reader(
            cast("BinaryIO", self._frames),
            read_size=_ZSTD_READ_OCTETS,
            read_across_frames=True,
            closefd=False,
        )

    def readinto(self, view: Any) -> int:
        """How many octets were put into `view`; 0 at the end, and where the data are damaged."""
        if not self._ready and not self._refill():
            return 0
        octets = min(len(view), len(self._ready))
        view[:octets] = self._ready[:octets]
        self._ready = self._ready[octets:]
        return octets

    def _refill(self) -> bool:
        if self.problem is not None:
            return False
        try:
            octets = int(self._reader.readinto1(self._room))
        except self._error as error:
            self.problem = f"the zstd data are damaged: {error}"
            return False
        if octets == 0 and not self._frames.are_whole:
            self.problem = f"the zstd data are cut off after {self._frames.octets} bytes"
        self._ready = memoryview(self._room)[:octets]
        return octets > 0


def unpacked(stream: BinaryIO, magic: bytes) -> Unpacked | None:
    """The stream that decompresses another one, by its first octets; None if it is plain."""
    if magic.startswith(GZIP_MAGIC):
        return Gzip(stream)
    return Zstd(stream) if magic.startswith(ZSTD_MAGIC) else None
