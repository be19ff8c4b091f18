"""Whether zstd data end where a frame ends: the library does not say that they were cut off.

Knows the outline of frames and blocks and nothing of what is compressed in them.

Source: RFC 8878 3.1.
"""

from enum import Enum
from typing import BinaryIO, Final

ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_SKIPPABLE: Final = b"\x2a\x4d\x18"
_CHECKSUM_OCTETS: Final = 4
_DICTIONARY_OCTETS: Final = (0, 1, 2, 4)
_SIZE_OCTETS: Final = (0, 2, 4, 8)
_RLE: Final = 1


class _Part(Enum):
    """What comes next, and in how many octets."""

    MAGIC = 4
    DESCRIPTOR = 1
    SKIPPABLE_SIZE = -4
    BLOCK_HEADER = 3


class ZstdFrames:
    """Compressed octets on their way from a file to the library, followed from frame to frame.

    Attributes:
        octets: read so far.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.octets = 0
        self._stream = stream
        self._next = _Part.MAGIC
        self._head = b""
        self._skip = 0
        self._has_checksum = False

    @property
    def are_whole(self) -> bool:
        """Whether the data may end here."""
        return self._next is _Part.MAGIC and not self._head and not self._skip

    def read(self, size: int) -> bytes:
        """The next octets, at most so many."""
        octets = self._stream.read(size)
        self.octets += len(octets)
        self._take(octets)
        return octets

    def _take(self, octets: bytes) -> None:
        at = 0
        while at < len(octets):
            skipped = min(self._skip, len(octets) - at)
            self._skip -= skipped
            at += skipped
            wanted = abs(self._next.value) - len(self._head)
            self._head += octets[at : at + wanted]
            at += wanted
            if len(self._head) == abs(self._next.value):
                head, self._head = self._head, b""
                self._follow(head)

    def _follow(self, head: bytes) -> None:
        number = int.from_bytes(head, "little")
        if self._next is _Part.MAGIC:
            is_skippable = head[1:] == _SKIPPABLE and head[0] >> 4 == 5
            self._next = _Part.SKIPPABLE_SIZE if is_skippable else _Part.DESCRIPTOR
        elif self._next is _Part.SKIPPABLE_SIZE:
            self._skip, self._next = number, _Part.MAGIC
        elif self._next is _Part.DESCRIPTOR:
            self._begin_frame(number)
        else:
            self._skip_block(number)

    def _begin_frame(self, descriptor: int) -> None:
        is_single = bool(descriptor & 0x20)
        size = _SIZE_OCTETS[descriptor >> 6] or int(is_single)
        self._skip = size + int(not is_single) + _DICTIONARY_OCTETS[descriptor & 3]
        self._has_checksum = bool(descriptor & 4)
        self._next = _Part.BLOCK_HEADER

    def _skip_block(self, header: int) -> None:
        is_last, kind, size = header & 1, header >> 1 & 3, header >> 3
        self._skip = 1 if kind == _RLE else size
        if is_last:
            self._skip += _CHECKSUM_OCTETS if self._has_checksum else 0
            self._next = _Part.MAGIC
