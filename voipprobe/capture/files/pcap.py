"""The pcap format: its file header, and a kernel that finds frames in a window of octets.

Source: draft-ietf-opsawg-pcap.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Array, Number, fetch, int64, kernel
from voipprobe.capture.wire.octets import FETCH_AHEAD, FETCH_OCTETS, file32
from voipprobe.capture.wire.records import FRAME, WINDOW

FILE_HEADER_OCTETS: Final = 24
RECORD_HEADER_OCTETS: Final = 16
MAX_FRAME_OCTETS: Final = 262_144
"""The largest snapshot length of libpcap and Wireshark: more means damage."""

MAGICS: Final = {
    bytes.fromhex("d4c3b2a1"): (False, 1000),
    bytes.fromhex("a1b2c3d4"): (True, 1000),
    bytes.fromhex("4d3cb2a1"): (False, 1),
    bytes.fromhex("a1b23c4d"): (True, 1),
}

# Why a framing kernel stopped.
NEED_MORE: Final = 0
"""The window ends in the middle of a record."""
FULL: Final = 1
"""There is no room for another frame."""
DAMAGED: Final = 2
"""What follows is no record."""
BLOCK: Final = 3
"""pcapng only: a block for Python comes next."""

STOP: Final = 0
CONSUMED: Final = 1
FRAMES: Final = 2


@dataclass(frozen=True, slots=True)
class PcapHeader:
    """Byte order, nanoseconds in one unit of the fraction field, and LINKTYPE_ value."""

    big: bool
    unit_ns: int
    link: int


def parse_header(octets: bytes) -> PcapHeader | None:
    """The file header in the first FILE_HEADER_OCTETS of a file, None if it is not pcap."""
    known = MAGICS.get(octets[:4])
    if known is None or len(octets) < FILE_HEADER_OCTETS:
        return None
    big, unit_ns = known
    link = int.from_bytes(octets[20:24], "big" if big else "little")
    return PcapHeader(big=big, unit_ns=unit_ns, link=link & 0xFFFF)  # above: FCS length


@kernel(WINDOW, int, int, int, int, int, FRAME, np.int64)
def find_frames(
    windows: Array,
    start: Number,
    end: Number,
    big: Number,
    unit_ns: Number,
    link: Number,
    frames: Array,
    result: Array,
) -> None:
    """Fill `frames` with the records between `start` and `end`.

    `big`, `unit_ns` and `link` are those of the file header; `frames` are FRAME records;
    `result` is set to why it stopped, octets consumed, frames found.
    """
    buffer = windows[0].octets
    at = int64(start)
    found = 0
    result[STOP] = NEED_MORE
    while at + RECORD_HEADER_OCTETS <= end:
        captured = file32(buffer, at + 8, big)
        if captured > MAX_FRAME_OCTETS:
            result[STOP] = DAMAGED
            break
        if at + RECORD_HEADER_OCTETS + captured > end:
            break
        if found == len(frames):
            result[STOP] = FULL
            break
        fetch(buffer, at + FETCH_AHEAD, FETCH_OCTETS)
        frame = frames[found]
        seconds = file32(buffer, at, big)
        frame.time_ns = seconds * 1_000_000_000 + file32(buffer, at + 4, big) * unit_ns
        frame.at = at + RECORD_HEADER_OCTETS
        frame.captured = captured
        frame.link = link
        found += 1
        at += RECORD_HEADER_OCTETS + captured
    result[CONSUMED] = at - start
    result[FRAMES] = found


def new_result() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The array that a framing kernel writes STOP, CONSUMED and FRAMES to."""
    return np.zeros(3, dtype=np.int64)
