"""The ring: a packet socket whose buffer the kernel fills and we read without a copy.

Knows sockets and what their errors mean to a user. Must not know packets.
"""

import errno
import fcntl
import mmap
import select
import socket
import struct
import sys
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.live.blocks import STATUS_AT, STATUS_USER
from voipprobe.capture.wire.link import ETHERNET, RAW
from voipprobe.capture.wire.records import WINDOW, WINDOW_OCTETS
from voipprobe.model.errors import CaptureError

BLOCKS: Final = 16
"""64 MiB: more than a second of 200,000 voice packets a second while we are not looking."""
RETIRE_MS: Final = 60
"""After so long the kernel hands over a block that is not full."""

# linux/if_packet.h and linux/if_ether.h: Python's socket module has none of them
_SOL_PACKET: Final = 263
_PACKET_RX_RING: Final = 5
_PACKET_STATISTICS: Final = 6
_PACKET_VERSION: Final = 10
_PACKET_IGNORE_OUTGOING: Final = 23
_TPACKET_V3: Final = 2
_ETH_P_ALL: Final = 3
_SIOCGIFHWADDR: Final = 0x8927
_NAME_OCTETS: Final = 16
_FRAME_OCTETS: Final = 2048  # TPACKET_V3 packs packets as they come, but wants to be told a size

_ARPHRD_ETHER, _ARPHRD_LOOPBACK, _ARPHRD_NONE = 1, 772, 65534
_LINKS: Final = {_ARPHRD_ETHER: ETHERNET, _ARPHRD_LOOPBACK: ETHERNET, _ARPHRD_NONE: RAW}


class Ring:
    """A running capture; packets are recorded from the moment that the constructor returns.

    Attributes:
        link: LINKTYPE_ of the interface. blocks: WINDOW records, the kernel's own memory.
    """

    def __init__(self, interface: str) -> None:
        """Open the ring on an interface; not promiscuous.

        Raises:
            CaptureError: we may not, there is no such interface, or it is of a kind unknown to us.
        """
        self.interface = interface
        self._dropped = 0
        try:
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        except OSError as error:
            raise _refusal(interface, error) from None
        try:
            kind = _kind(self._socket, interface)
            self._map = self._open(kind)
        except OSError as error:
            self._socket.close()
            raise _refusal(interface, error) from None
        except CaptureError:
            self._socket.close()
            raise
        self.link = _LINKS[kind]
        self.blocks: npt.NDArray[Any] = np.frombuffer(self._map, dtype=WINDOW)
        self._words = np.frombuffer(self._map, dtype=np.uint32).reshape(BLOCKS, -1)

    def _open(self, kind: int) -> mmap.mmap:
        option = self._socket.setsockopt
        option(_SOL_PACKET, _PACKET_VERSION, _TPACKET_V3)
        if kind == _ARPHRD_LOOPBACK:  # which shows every packet going out and coming in
            option(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
        size = BLOCKS * WINDOW_OCTETS
        shape = (WINDOW_OCTETS, BLOCKS, _FRAME_OCTETS, size // _FRAME_OCTETS, RETIRE_MS, 0, 0)
        option(_SOL_PACKET, _PACKET_RX_RING, struct.pack("7I", *shape))
        mapped = mmap.mmap(self._socket.fileno(), size)
        self._socket.bind((self.interface, _ETH_P_ALL))
        return mapped

    def is_ready(self, block: int) -> bool:
        """Whether the kernel has handed a block over."""
        return bool(self._words[block, STATUS_AT // 4] & STATUS_USER)

    def release(self, block: int) -> None:
        """Give a block back to the kernel."""
        self._words[block, STATUS_AT // 4] = 0

    def wait(self, timeout_ms: float) -> str | None:
        """Why the capture ended by itself, or None; returns when a block is ready or in time."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN | select.POLLERR)
        for _, events in poll.poll(timeout_ms):
            if events & select.POLLERR:
                code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                return f"{self.interface}: {errno.errorcode.get(code, code)}, the interface is down"
        return None

    def dropped(self) -> int:
        """Packets that the kernel had no room for, since the beginning."""
        octets = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 12)
        self._dropped += int(struct.unpack("3I", octets)[1])  # counts since the last question
        return self._dropped

    def close(self) -> None:
        """End the capture; the blocks are gone."""
        self._socket.close()
        del self.blocks, self._words, self._map  # unmapped when nobody looks at a block any more


def _kind(asked: socket.socket, interface: str) -> int:
    """The ARPHRD_ value of an interface; sysfs would tell that of another network namespace."""
    name = interface.encode()
    if not 0 < len(name) < _NAME_OCTETS:
        raise OSError(errno.ENODEV, "no such device")
    answer = fcntl.ioctl(asked, _SIOCGIFHWADDR, name.ljust(40, b"\0"))
    kind = int.from_bytes(answer[_NAME_OCTETS : _NAME_OCTETS + 2], sys.byteorder)
    if kind not in _LINKS:
        raise CaptureError(
            f"{interface} is of a kind that cannot be read live (ARPHRD {kind}): capture it with "
            "dumpcap and analyse the file"
        )
    return kind


def _refusal(interface: str, error: OSError) -> CaptureError:
    if error.errno in (errno.EPERM, errno.EACCES):
        return CaptureError(
            f"no permission to capture on {interface}: run as root or with CAP_NET_RAW "
            "(systemd: AmbientCapabilities=CAP_NET_RAW)"
        )
    if error.errno == errno.ENODEV:
        return CaptureError(f"there is no interface {interface!r} to capture on: see `ip link`")
    if error.errno == errno.ENOMEM:
        return CaptureError(
            f"no memory for a ring of {BLOCKS * WINDOW_OCTETS >> 20} MiB on {interface}: free some"
        )
    return CaptureError(f"cannot capture on {interface}: {error.strerror}")
