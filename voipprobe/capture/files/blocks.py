"""pcapng blocks to be written: little-endian, times in nanoseconds.

Source: draft-ietf-opsawg-pcapng.
"""

import struct
from typing import Final

from voipprobe.capture.files.pcapng import INTERFACE, PACKET, SECTION_HEADER, STATISTICS

_NANOSECONDS: Final = struct.pack("<HHBxxxHH", 9, 1, 9, 0, 0)  # if_tsresol, end of options
_DROPS: Final = struct.Struct("<HHQHH")  # isb_ifdrop, end of options
_PACKET_HEAD: Final = struct.Struct("<IIIIIII")
_PADDING: Final = b"\0\0\0"


def block(kind: int, body: bytes) -> bytes:
    """A block around a body, padded."""
    body += b"\0" * (-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def section() -> bytes:
    """The beginning of a file."""
    return block(SECTION_HEADER, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(link: int) -> bytes:
    """An interface of a link type, numbered from 0 in order."""
    return block(INTERFACE, struct.pack("<HHI", link, 0, 0) + _NANOSECONDS)


def packet(interface_number: int, time_ns: int, frame: bytes, wire_octets: int) -> bytes:
    """A packet, or the beginning of one that had so many octets on the wire."""
    padding = -len(frame) % 4
    length = 32 + len(frame) + padding
    head = _PACKET_HEAD.pack(
        PACKET,
        length,
        interface_number,
        time_ns >> 32,
        time_ns & 0xFFFF_FFFF,
        len(frame),
        wire_octets,
    )
    return b"".join((head, frame, _PADDING[:padding], head[4:8]))


def statistics(interface_number: int, time_ns: int, dropped: int) -> bytes:
    """How many packets an interface lost up to a time."""
    head = struct.pack("<III", interface_number, time_ns >> 32, time_ns & 0xFFFF_FFFF)
    return block(STATISTICS, head + _DROPS.pack(5, 8, dropped, 0, 0))
