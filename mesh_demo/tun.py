"""Network namespaces entered from within, and the TUN devices opened there.

A TUN hands us what a namespace sends as plain IP packets, whole and with their checksums done:
a veth pair would give packets whose checksum or segmentation is left to a card that is not there.
"""

import contextlib
import ctypes
import fcntl
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from voipprobe.model.errors import ToolError

DEVICE: Final = "/dev/net/tun"
_TUNSETIFF: Final = 0x400454CA
_IFF_TUN: Final = 0x0001
_IFF_NO_PI: Final = 0x1000
_CLONE_NEWNET: Final = 0x40000000


@contextlib.contextmanager
def entered(pid: int) -> Iterator[None]:
    """This thread is in the network namespace of a process; sockets that it opens stay there.

    Raises:
        ToolError: the process is gone, or it is not allowed.
    """
    with _namespace("/proc/thread-self/ns/net") as ours, _namespace(f"/proc/{pid}/ns/net") as its:
        _enter(its)
        try:
            yield
        finally:
            _enter(ours)


def open_tun(name: str) -> int:
    """A new TUN interface in this thread's namespace; it goes when the descriptor is closed.

    Raises:
        ToolError: the kernel or this container has no TUN.
    """
    try:
        descriptor = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ToolError(
            f"{DEVICE}: {error.strerror}: load the kernel's tun module, or give it to the container"
        ) from error
    try:
        request = struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI)
        fcntl.ioctl(descriptor, _TUNSETIFF, request)
    except OSError as error:
        os.close(descriptor)
        raise ToolError(f"no TUN interface {name} can be made: {error.strerror}") from error
    return descriptor


def dropped_before_us(pid: int, interface: str) -> int | None:
    """Packets that an interface of a process's namespace could not queue for its reader.

    None when it cannot be asked.
    """
    try:
        lines = Path(f"/proc/{pid}/net/dev").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        name, _, figures = line.partition(":")
        if name.strip() == interface:
            return int(figures.split()[11])  # "drop" of the transmit half
    return None


@contextlib.contextmanager
def _namespace(path: str) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise ToolError(f"network namespace {path}: {error.strerror}") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _enter(descriptor: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, _CLONE_NEWNET):
        reason = os.strerror(ctypes.get_errno())
        raise ToolError(f"a network namespace cannot be entered: {reason}: root is needed")
