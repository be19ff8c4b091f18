"""HTTP/1.1 messages of a known small size, received by a deadline. One per connection.

Knows a start line, the length of a body, and no other header. Must not know what is said.
"""

import socket
import time
from typing import Final, NamedTuple

MOST_HEAD_OCTETS: Final = 8192
_READ_OCTETS: Final = 65536


class HttpError(Exception):
    """A message that is none, or too long; `status` is the answer to it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Message(NamedTuple):
    """A request or a response."""

    start: str
    body: bytes


def receive(line: socket.socket, deadline: float, *, most_octets: int) -> Message:
    """The message that comes on a connection.

    Args:
        line: the connection.
        deadline: of `time.monotonic`, for all of it.
        most_octets: of its body.

    Raises:
        HttpError: it is malformed, too long, or without a length.
        OSError: the connection broke; TimeoutError: it took too long.
    """
    octets = bytearray()
    while (end := octets.find(b"\r\n\r\n")) < 0 and len(octets) <= MOST_HEAD_OCTETS:
        octets += _more(line, deadline)
    if not 0 <= end <= MOST_HEAD_OCTETS:
        raise HttpError(431, "the header is too long")
    start, length = _head(bytes(octets[:end]))
    if length > most_octets:
        raise HttpError(413, f"{length} octets are more than {most_octets}")
    body = octets[end + 4 :]
    while len(body) < length:
        body += _more(line, deadline)
    return Message(start, bytes(body[:length]))


def send(line: socket.socket, start: str, body: bytes, *, host: str, deadline: float) -> None:
    """Send a message with a JSON body, and say that no other follows.

    Raises:
        OSError: the connection broke; TimeoutError: it took too long.
    """
    head = (
        f"{start}\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    line.settimeout(_left(deadline))
    line.sendall(head.encode() + body)  # a time limit of sendall counts for all of it


def _more(line: socket.socket, deadline: float) -> bytes:
    line.settimeout(_left(deadline))
    octets = line.recv(_READ_OCTETS)
    if not octets:
        raise ConnectionError("the connection was closed in the middle of a message")
    return octets


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def _head(octets: bytes) -> tuple[str, int]:
    """The start line and the length of the body."""
    start, *headers = octets.decode("latin-1").split("\r\n")
    fields = {}
    for header in headers:
        name, colon, value = header.partition(":")
        if not colon:
            raise HttpError(400, "a header without a colon")
        fields[name.lower()] = value.strip()
    if "transfer-encoding" in fields:
        raise HttpError(411, "only bodies of a given length are taken")
    length = fields.get("content-length", "0")
    if not (length.isascii() and length.isdecimal() and len(length) < 12):
        raise HttpError(400, "the length of the body is no number")
    return start, int(length)
