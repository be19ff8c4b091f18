"""Captures full of SSRCs that stand for nothing, made as fast as the disk takes them.

Knows pcap, Ethernet, IPv4, UDP and RTP headers as one NumPy record; there is no payload.
"""

import struct
from pathlib import Path
from typing import Final

import numpy as np

from support.pcaps import START_NS, ethernet, udp

_RTP: Final = b"\x80\0" + bytes(10)
_FRAME: Final = ethernet(udp(_RTP))
_RECORD: Final = np.dtype(
    [
        ("seconds", "<u4"),
        ("nanoseconds", "<u4"),
        ("captured", "<u4"),
        ("length", "<u4"),
        ("headers", f"V{len(_FRAME) - 20}"),
        ("source_port", ">u2"),
        ("udp", "V6"),
        ("rtp", "V2"),
        ("sequence", ">u2"),
        ("timestamp", ">u4"),
        ("ssrc", ">u4"),
    ]
)
_CHUNK: Final = 1 << 18


def write_bogus(path: Path, ssrcs: int, *, packets_each: int = 1, source_ports: int = 1) -> Path:
    """A pcap file with so many SSRCs, one after another, a microsecond between two packets.

    Args:
        path: where to write.
        ssrcs: how many; each has `packets_each` packets that follow each other.
        packets_each: two make a stream.
        source_ports: that the SSRCs take in turn.
    """
    total = ssrcs * packets_each
    head = struct.pack("<IIII", 0, 0, len(_FRAME), len(_FRAME)) + _FRAME
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        for first in range(0, total, _CHUNK):
            number = np.arange(first, min(first + _CHUNK, total))
            rows = np.frombuffer(head * len(number), dtype=_RECORD).copy()
            times = START_NS + number * 1000
            rows["seconds"], rows["nanoseconds"] = times // 10**9, times % 10**9
            rows["source_port"] = 10_000 + number // packets_each % source_ports
            rows["sequence"] = number % packets_each
            rows["timestamp"] = number % packets_each * 160
            rows["ssrc"] = number // packets_each
            file.write(rows.tobytes())
    return path
