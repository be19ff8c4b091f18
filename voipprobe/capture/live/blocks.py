"""Blocks of a TPACKET_V3 ring: their header, and a kernel that finds the frames in one.

Source: linux/if_packet.h (struct tpacket_block_desc, tpacket_hdr_v1, tpacket3_hdr),
Documentation/networking/packet_mmap.rst. Host order: little on every machine that we run on.
"""

from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Array, Number, fetch, int64, kernel
from voipprobe.capture.wire.octets import FETCH_AHEAD, FETCH_OCTETS, little16, little32
from voipprobe.capture.wire.records import FRAME, WINDOW

STATUS_AT: Final = 8
PACKETS_AT: Final = 12
FIRST_AT: Final = 16
STATUS_USER: Final = 1
"""The block is ours until we write 0 back; until then the kernel does not touch it."""

AT: Final = 0
LEFT: Final = 1
FRAMES: Final = 2

_HEADER_OCTETS: Final = 48
_SECONDS, _NANOSECONDS, _CAPTURED, _MAC = 4, 8, 12, 24


@kernel(WINDOW, int, FRAME, np.int64)
def find_frames(blocks: Array, link: Number, frames: Array, place: Array) -> None:
    """Fill `frames` with packets of a block, from `place` on, as many as there is room for.

    `blocks` is one WINDOW record; `link` the LINKTYPE_ of the interface; `frames` are FRAME
    records. `place` holds where the next packet stands and how many are left; both move on, and
    the frames found are counted in it.
    """
    buffer = blocks[0].octets
    at = int64(place[AT])
    left = int64(place[LEFT])
    found = 0
    while left > 0 and found < len(frames) and at + _HEADER_OCTETS <= len(buffer):
        fetch(buffer, at + FETCH_AHEAD, FETCH_OCTETS)
        frame = frames[found]
        seconds = little32(buffer, at + _SECONDS)
        frame.time_ns = seconds * 1_000_000_000 + little32(buffer, at + _NANOSECONDS)
        frame.at = at + little16(buffer, at + _MAC)
        frame.captured = little32(buffer, at + _CAPTURED)
        frame.link = link
        found += 1
        left -= 1
        at += little32(buffer, at)
    place[AT] = at
    place[LEFT] = left
    place[FRAMES] = found
