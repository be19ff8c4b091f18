"""Puts the allow-list on the sockets of a running child, and gives them room.

The child's descriptors are borrowed with pidfd_getfd(2), which a parent may do for its own
descendants. Sockets that a listening socket accepts inherit its filter. iperf3 opens a new
listening socket for every test: what it accepted in the moment before the filter stood is
checked by address and shut down.
"""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator, Sequence

from voipprobe.model.errors import ToolError
from voipprobe.traffic.responder.allow import Network, filter_program, is_allowed

PIDFD_GETFD = 438  # the same number on every Linux architecture
SO_ATTACH_FILTER = 26
RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024


class Guard:
    """Keeps every socket of one process behind the allow-list."""

    def __init__(self, pid: int, networks: Sequence[Network]) -> None:
        """Prepare the filter for the process.

        Raises:
            ConfigError: too many networks.
        """
        self._pid = pid
        self._networks = networks
        self._program = filter_program(networks)
        self._guarded: set[str] = set()
        self.is_tcp_unfiltered = False
        """Newer kernels (6.18) take a filter on TCP from CAP_NET_ADMIN alone; then a stranger's
        connection is only shut once it is seen."""

    def allow(self, networks: Sequence[Network]) -> None:
        """Filter by other networks from the next `cover` on, also what is filtered already.

        Raises:
            ConfigError: too many networks.
        """
        program = filter_program(networks)
        self._networks, self._program, self._guarded = networks, program, set()

    def cover(self) -> int:
        """Filter the sockets that are new since the last call; returns how many there were.

        Raises:
            ToolError: the kernel refuses; the child must not go on serving.
        """
        open_now = {name: descriptor for descriptor, name in _sockets(self._pid)}
        new = open_now.keys() - self._guarded
        for name in new:
            self._cover_one(open_now[name])
        self._guarded = set(open_now)
        return len(new)

    def _cover_one(self, descriptor: int) -> None:
        try:
            copy = _borrow(self._pid, descriptor)
        except ProcessLookupError:
            return  # the child, or this socket of it, is gone
        except OSError as error:
            raise ToolError(
                f"the allow-list cannot be put on a socket of process {self._pid}: "
                f"{error.strerror} (pidfd_getfd; check kernel.yama.ptrace_scope)"
            ) from error
        with socket.socket(fileno=copy) as borrowed:
            if borrowed.family in (socket.AF_INET, socket.AF_INET6):
                self._filter(borrowed)
                _widen(borrowed)
                self._shut_stranger(borrowed)

    def _filter(self, borrowed: socket.socket) -> None:
        try:
            attach_filter(borrowed, self._program)
        except OSError as error:
            if isinstance(error, PermissionError) and borrowed.type == socket.SOCK_STREAM:
                self.is_tcp_unfiltered = True
                return
            raise ToolError(
                f"the allow-list cannot be put on a socket of process {self._pid}: {error.strerror}"
            ) from error

    def _shut_stranger(self, borrowed: socket.socket) -> None:
        try:
            peer = borrowed.getpeername()[0]
        except OSError:
            return  # not connected: the filter is enough
        if not is_allowed(peer.partition("%")[0], self._networks):
            borrowed.shutdown(socket.SHUT_RDWR)


def attach_filter(guarded: socket.socket, instructions: bytes) -> None:
    """Put a program of `filter_program` on a socket, and on all that it will accept.

    Raises:
        OSError: the kernel refuses.
    """
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    program = struct.pack("HL", len(instructions) // 8, ctypes.addressof(buffer))
    guarded.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def _widen(borrowed: socket.socket) -> None:
    """Let bursts wait: one thread of SIPp echoes the media of all calls.

    The kernel takes less than asked for where net.core.rmem_max is lower.
    """
    if borrowed.type == socket.SOCK_DGRAM:
        borrowed.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_OCTETS)


def _sockets(pid: int) -> Iterator[tuple[int, str]]:
    """Descriptor and kernel name ("socket:[inode]") of each socket of a process."""
    folder = f"/proc/{pid}/fd"  # twenty times a second: without pathlib a third of the time
    try:
        descriptors = os.listdir(folder)  # noqa: PTH208
    except (FileNotFoundError, ProcessLookupError):
        return
    for descriptor in descriptors:
        try:
            name = os.readlink(f"{folder}/{descriptor}")  # noqa: PTH115
        except OSError:
            continue  # closed since the folder was read
        if name.startswith("socket:"):
            yield int(descriptor), name


def _borrow(pid: int, descriptor: int) -> int:
    process = os.pidfd_open(pid)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        copy = libc.syscall(PIDFD_GETFD, process, descriptor, 0)
        if copy < 0:
            number = ctypes.get_errno()
            if number == 9:  # EBADF: closed meanwhile
                raise ProcessLookupError
            raise OSError(number, os.strerror(number))
        return int(copy)
    finally:
        os.close(process)
