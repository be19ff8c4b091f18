"""The pcapng format: a kernel for packet blocks, and Python for all others.

Knows sections, interfaces, timestamp resolutions and the drop counts of the statistics block.

Source: draft-ietf-opsawg-pcapng.
"""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np

from voipprobe.capture.files.pcap import (
    BLOCK,
    CONSUMED,
    DAMAGED,
    FRAMES,
    FULL,
    MAX_FRAME_OCTETS,
    NEED_MORE,
    STOP,
)
from voipprobe.capture.kernels.declare import Array, Number, fetch, int64, kernel, part, uint64
from voipprobe.capture.wire.octets import FETCH_AHEAD, FETCH_OCTETS, file16, file32
from voipprobe.capture.wire.records import FRAME, WINDOW

SECTION_HEADER: Final = 0x0A0D0D0A
INTERFACE: Final = 1
OLD_PACKET: Final = 2
SIMPLE_PACKET: Final = 3
STATISTICS: Final = 5
PACKET: Final = 6
_HEADER_OCTETS: Final = 28
MAX_INTERFACES: Final = 1024

_NS_PER_S: Final = 1_000_000_000
LATEST_NS: Final = 1 << 62
"""The year 2116, beyond what pcap can say. Later times are this one and earlier ones 1970, so
that no difference of two times is too large for 63 bits."""
_LATEST_S: Final = LATEST_NS // _NS_PER_S
_TSRESOL, _TSOFFSET, _DROPS = 9, 14, 5
_MAGIC: Final = bytes.fromhex("1a2b3c4d")

INTERFACES: Final = np.dtype([("link", "i8"), ("units_per_s", "i8"), ("offset_s", "i8")])
"""What packets of an interface are; `units_per_s` is 0 where there is no such interface."""


@part
def _ticks_to_ns(ticks: Number, units_per_s: Number) -> Number:
    if units_per_s == _NS_PER_S:
        return ticks
    if units_per_s == 1_000_000:
        return min(ticks, LATEST_NS // 1000) * 1000
    # Unsigned: units finer than 0.1 ns need the 64th bit for a time of today.
    units = uint64(units_per_s)
    seconds = uint64(ticks) // units
    fraction = uint64(ticks) - seconds * units
    fraction_ns = int64(float(fraction) / float(units) * _NS_PER_S + 0.5)
    return min(int64(seconds), _LATEST_S) * _NS_PER_S + fraction_ns


@part
def _fill_frame(
    frame: Array, buffer: Array, at: Number, length: Number, big: Number, interfaces: Array
) -> Number:
    """Whether a packet block made a frame; False if it contradicts itself."""
    if length < _HEADER_OCTETS + 4:
        return False
    old = file32(buffer, at, big) == OLD_PACKET
    interface = file16(buffer, at + 8, big) if old else file32(buffer, at + 8, big)
    captured = file32(buffer, at + 20, big)
    if captured > length - _HEADER_OCTETS - 4 or captured > MAX_FRAME_OCTETS:
        return False
    if interface >= len(interfaces) or interfaces[interface].units_per_s == 0:
        return False
    ticks = (file32(buffer, at + 12, big) << 32) | file32(buffer, at + 16, big)
    offset_ns = interfaces[interface].offset_s * _NS_PER_S
    time_ns = _ticks_to_ns(ticks, interfaces[interface].units_per_s) + offset_ns
    frame.time_ns = max(min(time_ns, LATEST_NS), 0)
    frame.at = at + _HEADER_OCTETS
    frame.captured = captured
    frame.link = interfaces[interface].link
    return True


@kernel(WINDOW, int, int, int, INTERFACES, FRAME, np.int64)
def find_frames(
    windows: Array,
    start: Number,
    end: Number,
    big: Number,
    interfaces: Array,
    frames: Array,
    result: Array,
) -> None:
    """Fill `frames` with the packet blocks between `start` and the next other block.

    `big` and `interfaces` are those of the section; `frames` are FRAME records; `result` is set
    to why it stopped, octets consumed, frames found.
    """
    buffer = windows[0].octets
    at = int64(start)
    found = 0
    result[STOP] = NEED_MORE
    while at + 12 <= end:
        kind = file32(buffer, at, big)
        if kind not in (PACKET, OLD_PACKET):
            result[STOP] = BLOCK
            break
        length = file32(buffer, at + 4, big)
        if length % 4 or length > MAX_FRAME_OCTETS * 2:
            result[STOP] = DAMAGED
            break
        if at + length > end:
            break
        if found == len(frames):
            result[STOP] = FULL
            break
        fetch(buffer, at + FETCH_AHEAD, FETCH_OCTETS)
        if not (
            _fill_frame(frames[found], buffer, at, length, big, interfaces)
            and file32(buffer, at + length - 4, big) == length
        ):
            result[STOP] = DAMAGED
            break
        found += 1
        at += length
    result[CONSUMED] = at - start
    result[FRAMES] = found


class Section:
    """What the blocks other than packets say: byte order, interfaces, drop counts.

    Attributes:
        big: byte order. interfaces: as `find_frames` wants them.
        dropped: packets lost in all sections so far; None until a block tells.
        skipped: simple packet blocks, which carry no time.
    """

    def __init__(self) -> None:
        self.big = False
        self.interfaces = np.zeros(MAX_INTERFACES, dtype=INTERFACES)
        self.skipped = 0
        self._known = 0
        self._dropped: dict[int, int] = {}
        self._dropped_before: int | None = None

    @property
    def dropped(self) -> int | None:
        """Packets that were lost before they reached the file; None if no block tells."""
        if not self._dropped:
            return self._dropped_before
        return (self._dropped_before or 0) + sum(self._dropped.values())

    def take_block(self, block: bytes) -> bool:
        """Whether a whole block made sense; reads section, interface and statistics blocks."""
        kind = int.from_bytes(block[:4], self._order)
        body = block[8:-4]
        if kind == SECTION_HEADER:
            return self._begin(body)
        if kind == INTERFACE:
            return self._add_interface(body)
        if kind == STATISTICS:
            self._add_statistics(body)
        self.skipped += kind == SIMPLE_PACKET
        return True

    @property
    def _order(self) -> Literal["big", "little"]:
        return "big" if self.big else "little"

    def _begin(self, body: bytes) -> bool:
        """A new section numbers its interfaces anew."""
        if len(body) < 16 or body[:4] not in (_MAGIC, _MAGIC[::-1]):
            return False
        self._dropped_before, self._dropped = self.dropped, {}
        self.big = body[:4] == _MAGIC
        self._known = 0
        self.interfaces[:] = (0, 0, 0)
        return True

    def _add_interface(self, body: bytes) -> bool:
        if len(body) < 8 or self._known >= MAX_INTERFACES:
            return False
        options = dict(self._options(body[8:]))
        resolution = (options.get(_TSRESOL) or b"\x06")[0]
        offset_s = int.from_bytes(options.get(_TSOFFSET, b""), self._order, signed=True)
        link = int.from_bytes(body[:2], self._order)
        units = _units_per_second(resolution)
        self.interfaces[self._known] = (link, units, max(min(offset_s, 1 << 32), -(1 << 32)))
        self._known += 1
        return True

    def _add_statistics(self, body: bytes) -> None:
        """The last count of an interface stands: the blocks are running totals."""
        dropped = dict(self._options(body[12:])).get(_DROPS)
        if dropped is not None and len(dropped) == 8:
            interface = int.from_bytes(body[:4], self._order)
            self._dropped[interface] = int.from_bytes(dropped, self._order)

    def _options(self, octets: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        while at + 4 <= len(octets):
            code = int.from_bytes(octets[at : at + 2], self._order)
            length = int.from_bytes(octets[at + 2 : at + 4], self._order)
            if code == 0:
                return
            yield code, octets[at + 4 : at + 4 + length]
            at += 4 + (length + 3) // 4 * 4


def block_length(head: bytes, big: bool) -> tuple[int, bool]:
    """(length, byte order) of a block from its first 12 octets; a section tells its own order.

    The length is 0 where it cannot be one.
    """
    if int.from_bytes(head[:4], "big") == SECTION_HEADER:
        if head[8:12] not in (_MAGIC, _MAGIC[::-1]):
            return 0, big
        big = head[8:12] == _MAGIC
    length = int.from_bytes(head[4:8], "big" if big else "little")
    return (length if length >= 12 and length % 4 == 0 else 0), big


def _units_per_second(resolution: int) -> int:
    """Timestamp units in a second (if_tsresol), as far as 63 bits can hold them."""
    exponent = resolution & 0x7F
    if resolution & 0x80:
        return 1 << min(exponent, 62)
    return int(10 ** min(exponent, 18))
