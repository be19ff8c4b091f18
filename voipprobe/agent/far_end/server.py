"""The exchange's server: peers ask what this end saw of their calls.

One thread, one request at a time, one request a connection, each bounded in size and time; whoever
is not on the allow-list is dropped by the kernel, and again at accept.

Knows HTTP and who may ask; must not know how an answer is found.
"""

import contextlib
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from voipprobe.agent.far_end.document import DocumentError, Question, answer_text, question_of
from voipprobe.agent.far_end.http import HttpError, Message, receive, send
from voipprobe.capture.sequences.seen import SeenCalls
from voipprobe.model.errors import MeasurementError, ToolError
from voipprobe.traffic.address import address_family
from voipprobe.traffic.responder.allow import Network, filter_program, is_allowed
from voipprobe.traffic.responder.guard import attach_filter

REQUEST: Final = "POST /v1/streams HTTP/1.1"
MOST_REQUEST_OCTETS: Final = 1 << 20
REQUEST_S: Final = 3.0
"""To send a question, and again to take the answer."""
WAITING: Final = 16
"""Connections that may wait for their turn."""
LOOK_S: Final = 0.25

Answerer = Callable[[str, Question], SeenCalls]
"""The asker's address and question to what is said to it; may raise MeasurementError."""


class ExchangeServer:
    """Answers in a thread of its own until it is stopped."""

    def __init__(
        self,
        address: str,
        port: int,
        *,
        networks: Sequence[Network],
        answer: Answerer,
        on_look: Callable[[], None] = lambda: None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Begin to listen and to answer.

        Args:
            address: one of ours.
            port: 0 for a free one.
            networks: of the peers that may ask.
            answer: called in the server's thread.
            on_look: called there too, between requests, several times a second.
            say: told in one line of what should not happen.

        Raises:
            ToolError: the port is taken, or is not ours to take.
            ConfigError: more networks than a filter can hold.
        """
        self._networks, self._answer = networks, answer
        self._on_look, self._say = on_look, say
        self._listener = _listener(address, port, networks)
        self.port = int(self._listener.getsockname()[1])
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="exchange", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; a request that is being answered is answered first."""
        self._stopping.set()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._survive(self._on_look)
            ready, _, _ = select.select([self._listener], [], [], LOOK_S)
            if ready:
                self._survive(self._take_one)

    def _survive(self, work: Callable[[], None]) -> None:
        """Whatever happens to one request, or between two, the next one is served."""
        try:
            work()
        except Exception as error:
            self._say(f"exchange: {type(error).__name__}: {error}")

    def _take_one(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError, TimeoutError):  # it went away
            line, sender = self._listener.accept()
            with line:
                peer = sender[0].partition("%")[0]
                if is_allowed(peer, self._networks):
                    status, body = self._answered(line, peer)
                    start = f"HTTP/1.1 {status} {_PHRASES[status]}"
                    deadline = time.monotonic() + REQUEST_S
                    send(line, start, body, host="voipprobe", deadline=deadline)

    def _answered(self, line: socket.socket, peer: str) -> tuple[int, bytes]:
        """(status, body) of the response to what comes on a connection."""
        try:
            deadline = time.monotonic() + REQUEST_S
            request = receive(line, deadline, most_octets=MOST_REQUEST_OCTETS)
            return 200, answer_text(self._answer(peer, _question(request)))
        except HttpError as error:
            return error.status, _problem(error)
        except MeasurementError as error:
            return 503, _problem(error)


_PHRASES: Final = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    411: "Length Required",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


def _question(request: Message) -> Question:
    if request.start != REQUEST:
        raise HttpError(404, f"only `{REQUEST}` is served")
    try:
        return question_of(request.body)
    except DocumentError as error:
        raise HttpError(400, str(error)) from None


def _problem(error: Exception) -> bytes:
    return json.dumps({"error": str(error)}).encode()


def _listener(address: str, port: int, networks: Sequence[Network]) -> socket.socket:
    listener = socket.socket(address_family(address), socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(PermissionError):  # newer kernels want CAP_NET_ADMIN for TCP
            attach_filter(listener, filter_program(networks))
        listener.bind((address, port))
        listener.listen(WAITING)
        listener.setblocking(False)  # a connection may be gone before it is accepted
    except OSError as error:
        listener.close()
        raise ToolError(
            f"the exchange cannot listen at {address} port {port}: {error.strerror}; "
            "choose another port"
        ) from error
    return listener
