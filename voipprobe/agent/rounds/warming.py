"""Everything loaded and compiled that a round will need, before the first one."""

import os
import struct
import tempfile
from pathlib import Path
from typing import Final

from voipprobe.capture.analysis import analyse
from voipprobe.capture.files import blocks
from voipprobe.capture.strip import strip_media

ETHERNET: Final = 1
_RTP: Final = struct.pack("!BBHII", 0x80, 0, 1, 160, 1) + bytes(160)
_UDP: Final = struct.pack("!HHHH", 4000, 4002, 8 + len(_RTP), 0)
_IP: Final = struct.pack(
    "!BBHHHBBH4s4s", 0x45, 0, 28 + len(_RTP), 0, 0, 64, 17, 0, b"\x7f\0\0\1", b"\x7f\0\0\1"
)
FRAME: Final = bytes(12) + b"\x08\x00" + _IP + _UDP + _RTP


def warm_up() -> None:
    """Load what every round needs, and compile what was not compiled yet.

    The first start of a version compiles for some ten seconds: in a process of its own, because
    the compiler would stay in our memory, and in that of every fork.
    """
    pid = os.fork()
    if pid == 0:
        _read_once()
        os._exit(0)
    os.waitpid(pid, 0)
    _read_once()


def _read_once() -> None:
    """Read a capture of a few packets in every way in which a round's is read."""
    packets = [blocks.packet(0, 20_000_000 * n, FRAME, len(FRAME)) for n in range(1, 4)]
    with tempfile.TemporaryDirectory(prefix="voipprobe-warm-") as folder:
        file = Path(folder) / "capture.pcapng"
        file.write_bytes(b"".join((blocks.section(), blocks.interface(ETHERNET), *packets)))
        analyse([file])
        strip_media(file)
