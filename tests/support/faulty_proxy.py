"""A proxy in front of moto that fails as it is told: request by request, nothing by chance.

Speaks the protocol that botocore chose for CloudWatch (AWS JSON 1.0 with the codes of the former
query protocol in a header); any other is an error of the test.
"""

import contextlib
import gzip
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any

from support.passing_on import PassingOn

JSON = "application/x-amz-json-1.0"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An error in CloudWatch's own words."""

    status: int
    code: str
    message: str = "as the test wants"

    def body(self) -> bytes:
        """As the service writes it."""
        kind = self.code if self.code.endswith(("Exception", "Fault")) else f"{self.code}Exception"
        return json.dumps({"__type": f"com.amazonaws.cloudwatch#{kind}",
                           "message": self.message}).encode()  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to one request.

    Attributes:
        name: for the log.
        answer: given instead of asking moto.
        forwarded: moto gets it.
        reset: the connection is reset instead of an answer.
        hold_s: the answer waits so long.
    """

    name: str
    answer: Answer | None = None
    forwarded: bool = True
    reset: bool = False
    hold_s: float = 0.0


def _instead(name: str, status: int, code: str) -> Fault:
    return Fault(name=name, answer=Answer(status=status, code=code), forwarded=False)


GOOD = Fault(name="good")
RESET_BEFORE = Fault(name="reset before", forwarded=False, reset=True)
RESET_AFTER = Fault(name="reset after", reset=True)
BROKEN = _instead("broken", 500, "InternalServiceError")
UNAVAILABLE = _instead("unavailable", 503, "ServiceUnavailable")
THROTTLED = _instead("throttled", 400, "Throttling")
DENIED = _instead("denied", 403, "AccessDenied")
EXPIRED = _instead("expired", 403, "ExpiredToken")


def slow(hold_s: float) -> Fault:
    """Taken, and answered late."""
    return Fault(name="slow", hold_s=hold_s)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request, as it went by."""

    at: float
    operation: str
    fault: str
    data: int
    body_bytes: int
    wire_bytes: int
    access_key: str


Judge = Callable[[dict[str, Any], str], Fault | None]
"""The request's document and its access key to a fault, or None for what the script says."""


class FaultyProxy:
    """What is to happen, and what happened."""

    def __init__(self, target: str) -> None:
        self.target = target.removeprefix("http://")
        self.script: deque[Fault] = deque()
        self.judge: Judge = lambda _document, _key: None
        self.seen: list[Seen] = []
        self.url = ""
        self.lock = threading.Lock()

    def plan(self, *faults: Fault) -> None:
        """One for each request to come; the ones after them are good."""
        self.script.extend(faults)

    def decide(self, operation: str, key: str, wire: bytes, body: bytes) -> Fault:
        """The fault of a request, noted down."""
        document = json.loads(body)
        with self.lock:
            fault = self.judge(document, key) or (self.script.popleft() if self.script else GOOD)
            self.seen.append(Seen(
                at=time.monotonic(), operation=operation, fault=fault.name, access_key=key,
                data=len(document.get("MetricData", ())), body_bytes=len(body),
                wire_bytes=len(wire),
            ))  # fmt: skip
        return fault

    def faults(self) -> list[str]:
        """Their names, in the order of the requests."""
        return [one.fault for one in self.seen]


def refuse_data(bad: Callable[[dict[str, Any]], bool], *, named: bool) -> Judge:
    """A judge that refuses a whole request for the sake of its bad data, as CloudWatch does.

    Args:
        bad: is this datum?
        named: whether the message names them, one a line, from 1.
    """

    def judge(document: dict[str, Any], _key: str) -> Fault | None:
        data = document.get("MetricData", [])
        found = [number for number, datum in enumerate(data, 1) if bad(datum)]
        if not found:
            return None
        lines = [
            f"The parameter MetricData.member.{number}.Value is not to our liking."
            for number in found
        ]
        message = "\n".join(lines) if named else "A value is not to our liking."
        answer = Answer(status=400, code="InvalidParameterValue", message=message)
        return Fault(name="refused", answer=answer, forwarded=False)

    return judge


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: FaultyProxy

    def shutdown_request(self, request: Any) -> None:
        """Close at once: a polite shutdown would turn a reset into an end."""
        self.close_request(request)


class _Handler(PassingOn):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: the second would wait 40 ms for an ACK
    server: _Server

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        proxy = self.server.proxy
        wire = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] != JSON:
            self.say(501, {}, b"this proxy speaks AWS JSON 1.0 alone")
            return
        body = gzip.decompress(wire) if self.headers["Content-Encoding"] == "gzip" else wire
        key = self.headers["Authorization"].partition("Credential=")[2].partition("/")[0]
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        self._do(proxy.decide(operation, key, wire, body), wire)

    def _do(self, fault: Fault, wire: bytes) -> None:
        answered = self.ask(self.server.proxy.target, wire) if fault.forwarded else None
        time.sleep(fault.hold_s)
        if fault.reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
        elif fault.answer is not None:
            code = {"x-amzn-query-error": f"{fault.answer.code};Sender", "Content-Type": JSON}
            self.say(fault.answer.status, code, fault.answer.body())
        elif answered is not None:
            self.say(*answered)


@contextlib.contextmanager
def faulty_proxy(target: str) -> Iterator[FaultyProxy]:
    """A proxy on a free port of loopback.

    Args:
        target: the URL that it stands in front of.
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    server.proxy = FaultyProxy(target)
    server.proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
