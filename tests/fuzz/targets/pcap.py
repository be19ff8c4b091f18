"""A pcap file of any octets: framing, link layers, tunnels, UDP, what a payload is.

The first octet chooses byte order, resolution and link type, because few inputs would find a
magic number; the rest are records.
"""

import struct

from fuzz.examine import examine

LINKS = (0, 1, 12, 101, 108, 113, 228, 229, 276, 147)
_MAGICS = ((">", 0xA1B2C3D4), ("<", 0xA1B2C3D4), (">", 0xA1B23C4D), ("<", 0xA1B23C4D))
_RAW = 0xFF


def check(octets: bytes) -> None:
    """Read and judge it; 0xFF in front means that the file header is in the octets too."""
    if not octets or octets[0] == _RAW:
        examine(octets[1:])
        return
    order, magic = _MAGICS[octets[0] & 3]
    link = LINKS[(octets[0] >> 2) % len(LINKS)]
    examine(struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 262144, link) + octets[1:])
