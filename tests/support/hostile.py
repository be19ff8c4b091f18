"""Files of a hundred octets and less that promise gigabytes."""

import gzip
import struct
from typing import Final

from support.pcaps import block, interface_block, option, section_block

SMALL_OCTETS: Final = 100
_HUGE: Final = 0xFFFF_FFFC  # a multiple of four, as pcapng wants it


def _pcap(snaplen: int, captured: int) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, 1)
    return head + struct.pack("<IIII", 0, 0, captured, captured)


def _block_head(kind: int, length: int) -> bytes:
    return struct.pack("<II", kind, length) + bytes(24)


def _zstd_frame(window_log: int, content_octets: int | None) -> bytes:
    """A frame that declares a window and a content, and one run of 128 KiB zeros in it."""
    single = 0xC0 if content_octets is not None else 0  # the field of eight octets
    head = struct.pack("<IBB", 0xFD2FB528, single, (window_log - 10) << 3)
    head += struct.pack("<Q", content_octets) if content_octets is not None else b""
    run = (1 << 17) << 3 | 1 << 1 | 1  # size, kind "run", last block
    return head + run.to_bytes(3, "little") + b"\0"


def _packet_bomb() -> bytes:
    """A pcap header and runs of 128 KiB zeros, four octets each: 131,072 packets of nothing."""
    header = _pcap(262_144, 0)[:24]
    head = struct.pack("<IBB", 0xFD2FB528, 0, (27 - 10) << 3)
    head += (len(header) << 3).to_bytes(3, "little") + header
    run = ((1 << 17) << 3 | 1 << 1).to_bytes(3, "little") + b"\0"
    return head + run * 16


SMALL_FILES: Final = {
    "pcap-snaplen": _pcap(0xFFFF_FFFF, 0xFFFF_FFFF),
    "pcap-largest-record": _pcap(262_144, 262_144),
    "pcap-negative-record": _pcap(0, 0x8000_0000),
    "pcapng-section": struct.pack("<IIIHHq", 0x0A0D0D0A, _HUGE, 0x1A2B3C4D, 1, 0, -1),
    "pcapng-section-of-4-mib": struct.pack("<IIIHHq", 0x0A0D0D0A, 1 << 22, 0x1A2B3C4D, 1, 0, -1),
    "pcapng-block": section_block() + _block_head(0x0BAD, _HUGE),
    "pcapng-packet": section_block() + _block_head(6, _HUGE),
    "pcapng-packet-of-256-kib": section_block() + interface_block() + _block_head(6, 1 << 18),
    "pcapng-interfaces": section_block() + block(1, b"") * 5,
    "pcapng-interface-number": section_block()
    + block(6, struct.pack("<5I", 0xFFFF_FFFF, 0, 0, 0, 0)),
    "pcapng-option": section_block() + interface_block(struct.pack("<HH", 9, 0xFFFF)),
    "pcapng-statistics": section_block()
    + block(5, struct.pack("<III", 0xFFFF_FFFF, 0, 0))
    + interface_block(option(14, b"\x7f" * 8)),
    "gzip-zeros": gzip.compress(bytes(100_000), mtime=0)[:SMALL_OCTETS],
    "gzip-name": b"\x1f\x8b\x08\x08" + b"A" * 90,
    "zstd-window-128-mib": _zstd_frame(27, None),
    "zstd-window-2-gib": _zstd_frame(31, None),
    "zstd-content-16-eib": _zstd_frame(27, (1 << 64) - 1),
    "zstd-packets": _packet_bomb(),
    "zstd-empty-frames": (struct.pack("<IBB", 0xFD2FB528, 0, 0) + b"\1\0\0") * 11,
}
