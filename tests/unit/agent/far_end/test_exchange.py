"""The exchange over loopback: who is answered, how long one waits, what goes wrong in words."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from voipprobe.agent.far_end.client import ask
from voipprobe.agent.far_end.document import MOST_CALL_ID_OCTETS, Question, question_text
from voipprobe.agent.far_end.server import Answerer, ExchangeServer
from voipprobe.capture.sequences.seen import SeenCalls
from voipprobe.model.errors import CaptureError, ToolError
from voipprobe.traffic.responder.allow import parse_networks

HOST = "127.0.0.1"
QUESTION = Question(frozenset({"one"}), 5.0)
SEEN = SeenCalls(received=3, sent=2)


@contextlib.contextmanager
def serving(answer: Answerer = lambda *_: SEEN, allow: str = "127.0.0.0/30") -> Iterator[int]:
    """The port of a running exchange; whatever it has to say is a failure."""
    said: list[str] = []
    server = ExchangeServer(
        HOST, 0, networks=parse_networks([allow]), answer=answer, say=said.append
    )
    try:
        yield server.port
    finally:
        server.stop()
    assert said == []


def test_a_peer_is_answered_with_what_was_seen() -> None:
    """The asker's address and question go to whoever answers, the answer comes back."""
    asked: list[tuple[str, Question]] = []

    def answer(peer: str, question: Question) -> SeenCalls:
        asked.append((peer, question))
        return SEEN

    with serving(answer) as port:
        got = ask(HOST, port, QUESTION, local_address="127.0.0.2")
    assert (got.seen, got.problem) == (SEEN, None)
    assert asked == [("127.0.0.2", QUESTION)]


def test_a_stranger_gets_no_connection() -> None:
    """The kernel drops what is not on the list; the peer beside it is answered all the same."""
    with serving(allow="127.0.0.2/32") as port:
        stranger = ask(HOST, port, QUESTION, local_address="127.0.0.9", limit_s=0.6)
        peer = ask(HOST, port, QUESTION, local_address="127.0.0.2")
    assert stranger.seen is None
    assert "did not answer in time" in str(stranger.problem)
    assert peer.seen == SEEN


def test_nobody_there_is_a_reason_and_no_error() -> None:
    """A peer without the service: refused, asked twice."""
    with socket.create_server((HOST, 0)) as gone:
        port = gone.getsockname()[1]
    got = ask(HOST, port, QUESTION, limit_s=2)
    assert got.seen is None
    assert "Connection refused (asked twice)" in str(got.problem)


def test_a_recording_that_cannot_be_read_is_asked_for_again() -> None:
    """Its reason reaches the asker when the second attempt fails too; the server goes on."""
    answers: list[SeenCalls | None] = [None, None, None, SEEN]

    def answer(_: str, __: Question) -> SeenCalls:
        found = answers.pop(0)
        if found is None:
            raise CaptureError("the disk is full")
        return found

    with serving(answer) as port:
        first, second = (ask(HOST, port, QUESTION) for _ in range(2))
    assert "says 503: the disk is full (asked twice)" in str(first.problem)
    assert second.seen == SEEN


def test_a_slow_answer_is_not_waited_for() -> None:
    """The limit counts for both attempts together."""
    enough = threading.Event()

    def answer(_: str, __: Question) -> SeenCalls:
        enough.wait(10)
        return SEEN

    with serving(answer) as port:
        begun = time.monotonic()
        got = ask(HOST, port, QUESTION, limit_s=1.0)
        took_s = time.monotonic() - begun
        enough.set()
    assert got.seen is None
    assert 0.9 < took_s < 5


def test_a_mistake_in_answering_ends_no_service() -> None:
    """Whatever is raised is said in one line; the next peer is answered."""
    said: list[str] = []
    answers: list[SeenCalls] = []
    server = ExchangeServer(
        HOST, 0, networks=parse_networks([]), answer=lambda *_: answers[0], say=said.append
    )
    try:
        assert ask(HOST, server.port, QUESTION, limit_s=2).seen is None
        answers.append(SEEN)
        assert ask(HOST, server.port, QUESTION).seen == SEEN
    finally:
        server.stop()
    assert set(said) == {"exchange: IndexError: list index out of range"}


def raw(port: int, octets: bytes) -> bytes:
    """What the server says to some octets until it closes."""
    with socket.create_connection((HOST, port), timeout=10) as line:
        with contextlib.suppress(ConnectionError):
            line.sendall(octets)
        said = b""
        with contextlib.suppress(ConnectionError):
            while more := line.recv(65536):
                said += more
        return said


BODY = question_text(QUESTION)


def request(
    line: bytes = b"POST /v1/streams HTTP/1.1", headers: bytes = b"", body: bytes = BODY
) -> bytes:
    length = b"" if b"ength" in headers else b"Content-Length: %d\r\n" % len(body)
    return line + b"\r\nHost: x\r\n" + headers + length + b"\r\n" + body


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (request(), b"200 OK"),
        (request() + request(), b"200 OK"),
        (request(b"GET /v1/streams HTTP/1.1"), b"404 Not Found"),
        (request(b"POST /v2/streams HTTP/1.1"), b"404 Not Found"),
        (request(body=b"{}"), b"400 Bad Request"),
        (request(headers=b"no colon\r\n"), b"400 Bad Request"),
        (request(headers=b"Content-Length: -1\r\n"), b"400 Bad Request"),
        (request(headers=b"Content-Length: 99999999\r\n"), b"413 Content Too Large"),
        (request(headers=b"Transfer-Encoding: chunked\r\n"), b"411 Length Required"),
        (request(headers=b"X: " + b"x" * 9000 + b"\r\n"), b"431 Request Header"),
    ],
)
def test_a_request_has_one_answer_and_one_form(octets: bytes, status: bytes) -> None:
    """Whatever else comes is refused by its own status; one request a connection."""
    with serving() as port:
        said = raw(port, octets)
    assert said.startswith(b"HTTP/1.1 " + status)
    assert said.count(b"Connection: close") == 1


def test_a_peer_that_says_nothing_is_not_waited_for_long() -> None:
    """An open connection without a request holds the next peer up for its few seconds only."""
    with (
        serving() as port,
        socket.create_connection((HOST, port)) as silent,
    ):
        silent.sendall(b"POST /v1")
        assert ask(HOST, port, QUESTION, limit_s=30).seen == SEEN


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (b"SIP/2.0 200 OK\r\n\r\n", "does not speak HTTP"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "says 404: without a reason"),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"schema":"v0"}', "of another version"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", "makes no sense"),
        (b'HTTP/1.1 400 X\r\nContent-Length: 15\r\n\r\n{"error":"a\\n"}', "says 400: a $"),
    ],
)
def test_another_service_on_the_port_is_a_reason(response: bytes, problem: str) -> None:
    """An old peer, or something else altogether: asked once, never believed."""
    with socket.create_server((HOST, 0)) as listener:
        taken: list[bytes] = []

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                taken.append(line.recv(65536))
                line.sendall(response)

        other = threading.Thread(target=serve)
        other.start()
        got = ask(HOST, listener.getsockname()[1], QUESTION, limit_s=4)
        other.join()
    assert got.seen is None
    assert got.problem is not None
    assert re.search(problem, got.problem)
    assert len(taken) == 1


def test_a_port_that_is_taken_is_named() -> None:
    """The agent is told which, and what to do."""
    with (
        socket.create_server((HOST, 0)) as taken,
        pytest.raises(ToolError, match=r"cannot listen at 127\.0\.0\.1 port \d+: .* another port"),
    ):
        ExchangeServer(
            HOST,
            taken.getsockname()[1],
            networks=parse_networks([]),
            answer=lambda *_: SEEN,
        )


def test_a_question_with_the_longest_call_ids_is_taken() -> None:
    """The most Call-IDs of the greatest length fit into a request."""
    question = Question(frozenset(f"{n:0{MOST_CALL_ID_OCTETS}}" for n in range(3900)), 1.0)
    with serving() as port:
        assert ask(HOST, port, question).seen == SEEN
