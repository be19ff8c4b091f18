"""Frames of wanted connections as pcapng packet blocks, for another reader.

Knows the block of one packet and nothing of the file around it.

Source: draft-ietf-opsawg-pcapng 4.3.
"""

from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Array, Number, int64, kernel, part
from voipprobe.capture.wire.connections import CONNECTION, slot_of, tcp_segment
from voipprobe.capture.wire.flows import connection_key
from voipprobe.capture.wire.network import is_ipv6
from voipprobe.capture.wire.octets import big16
from voipprobe.capture.wire.records import FRAME, WINDOW

_BLOCK_KIND: Final = 6
_HEAD_OCTETS: Final = 28
BLOCK_OCTETS: Final = _HEAD_OCTETS + 4
"""Around one frame, without padding."""

PACKED: Final = np.dtype(
    [
        ("number", "i8"),  # packet number in the capture, from 1
        ("slot", "i4"),  # of its connection
        ("has_payload", "i4"),
    ],
    align=True,
)
"""One frame that was packed."""

OCTETS: Final = 0
FRAMES: Final = 1


@part
def _put32(out: Array, at: Number, value: Number) -> None:
    for index in range(4):
        out[at + index] = (value >> (8 * index)) & 0xFF


@part
def _wire_length(buffer: Array, frame: Array, network_at: Number) -> Number:
    """Octets that a frame had on the wire, as far as its innermost IP header tells.

    A frame cut at the snap length must not look whole: TCP would seem to have sent less.
    """
    if is_ipv6(buffer, network_at):
        length = 40 + big16(buffer, network_at + 4)
    else:
        length = big16(buffer, network_at + 2)
    return max(int64(frame.captured), network_at - frame.at + length)


@part
def _pack(
    out: Array, at: Number, buffer: Array, frame: Array, interface: Number, network_at: Number
) -> Number:
    """The end of a block that was written at `at`."""
    captured = int64(frame.captured)
    length = int64(BLOCK_OCTETS + (captured + 3) // 4 * 4)
    _put32(out, at, _BLOCK_KIND)
    _put32(out, at + 4, length)
    _put32(out, at + 8, interface)
    _put32(out, at + 12, frame.time_ns >> 32)
    _put32(out, at + 16, frame.time_ns)
    _put32(out, at + 20, captured)
    _put32(out, at + 24, _wire_length(buffer, frame, network_at))
    for index in range(captured):
        out[at + _HEAD_OCTETS + index] = buffer[frame.at + index]
    for index in range(at + _HEAD_OCTETS + captured, at + length - 4):
        out[index] = 0
    _put32(out, at + length - 4, length)
    return at + length


@part
def _interface(links: Array, link: Number) -> Number:
    for index in range(len(links)):
        if links[index] == link:
            return int64(index)
    return int64(0)


@kernel(WINDOW, FRAME, int, int, CONNECTION, np.int64, np.uint8, PACKED, np.int64)
def pack(
    windows: Array,
    frames: Array,
    count: Number,
    first_number: Number,
    table: Array,
    links: Array,
    out: Array,
    packed: Array,
    found: Array,
) -> None:
    """Write those of the first `count` frames whose connections in `table` are wanted.

    `links` are the link types of the file's interfaces; `out` takes the blocks, with room
    for all frames; `packed` (PACKED records) says which frames they are; `found` is set to the
    octets and frames.
    """
    buffer = windows[0].octets
    at, n_packed = int64(0), int64(0)
    for index in range(count):
        frame = frames[index]
        network_at, transport_at, payload_at, end = tcp_segment(buffer, frame)
        if network_at < 0:
            continue
        slot = slot_of(table, connection_key(buffer, network_at, transport_at), False, found)
        if slot < 0 or not table[slot].wanted:
            continue
        at = _pack(out, at, buffer, frame, _interface(links, frame.link), network_at)
        packed[n_packed].number = first_number + index
        packed[n_packed].slot = slot
        packed[n_packed].has_payload = end > payload_at
        n_packed += 1
    found[OCTETS] = at
    found[FRAMES] = n_packed
