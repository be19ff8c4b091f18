"""Real sockets behind a socket filter, and who gets through to them over loopback."""

import ctypes
import socket
import struct
from collections.abc import Iterable

SO_ATTACH_FILTER = 26
IP_FREEBIND = 15
IPV6_FREEBIND = 78


def attach(guarded: socket.socket, program: bytes) -> None:
    """Give the kernel a classic BPF program for a socket; it refuses one that is malformed."""
    buffer = ctypes.create_string_buffer(program, len(program))
    request = struct.pack("HL", len(program) // 8, ctypes.addressof(buffer))
    guarded.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, request)


def receiver(address: str) -> socket.socket:
    """A UDP socket at a free port of one of our own addresses."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    bound.bind((address, 0))
    bound.setblocking(False)
    return bound


def sender(source: str) -> socket.socket:
    """A UDP socket that sends from `source`, which need not be an address of this host."""
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        bound.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    bound.bind((source, 0))
    return bound


def passing(program: bytes, sources: Iterable[str]) -> set[str]:
    """Which of these sources (of one IP version) get a datagram through the filter.

    Loopback delivers within the call that sends, so nobody has to wait.
    """
    sources = list(sources)
    with receiver("::1" if ":" in sources[0] else "127.0.0.1") as guarded:
        attach(guarded, program)
        for source in sources:
            with sender(source) as one:
                one.sendto(source.encode(), guarded.getsockname())
        return {text.decode() for text in drain(guarded)}


def drain(bound: socket.socket) -> list[bytes]:
    """Every datagram that has arrived."""
    found = []
    try:
        while True:
            found.append(bound.recv(4096))
    except BlockingIOError:
        return found
