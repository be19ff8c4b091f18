"""gzip and zstd of any octets, in any state of damage.

The first octet chooses: the octets as they are behind a magic number, or octets packed well and
then damaged in one place.
"""

import gzip

import zstandard

from fuzz.examine import examine
from voipprobe.capture.files.compressed import GZIP_MAGIC
from voipprobe.capture.files.zstd_frames import ZSTD_MAGIC

_ZSTD, _PACKED, _DAMAGED = 1, 2, 4


def check(octets: bytes) -> None:
    """Read and judge it."""
    if len(octets) < 4:
        return
    how, place, mask, content = octets[0], octets[1], octets[2], octets[3:]
    if not how & _PACKED:
        examine((ZSTD_MAGIC if how & _ZSTD else GZIP_MAGIC) + content)
        return
    packed = bytearray(
        zstandard.compress(content) if how & _ZSTD else gzip.compress(content, 6, mtime=0)
    )
    if how & _DAMAGED:
        packed[place % len(packed)] ^= mask
    examine(bytes(packed))
