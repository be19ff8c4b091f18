"""CloudWatch as moto has it, over real HTTP, and a proxy before it that can refuse.

moto itself checks IAM, but answers a JSON request with XML, which no AWS service does: so what
AWS says when it refuses comes from the proxy, in AWS's own shape.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from moto.server import ThreadedMotoServer

Refusal = tuple[int, str, str]
"""HTTP status, error code, message."""
Rule = Callable[[str, int], Refusal | None]
"""From an operation and how often it was asked for before to a refusal, or None to let it pass."""


@contextmanager
def moto_server() -> Iterator[str]:
    """The URL of a server on loopback, for as long as the block lasts."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def refusing(url: str, rule: Rule) -> Iterator[tuple[str, list[str]]]:
    """The URL of a proxy before a server, and the operations that were asked for, as they come."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            refusal = rule(operation, asked.count(operation))
            asked.append(operation)
            if refusal is None:
                self.answer(*_forward(url, self, body))
                return
            status, code, message = refusal
            self.answer(status, json.dumps({"__type": code, "message": message}).encode())

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _forward(url: str, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("POST", request.path, body, dict(request.headers.items()))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
