"""What stands between a client and a server: requests passed on, answers handed back."""

import contextlib
import http.client
from http.server import BaseHTTPRequestHandler

Answered = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""
NOT_PASSED_ON = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


class PassingOn(BaseHTTPRequestHandler):
    """A handler that can ask the real server."""

    def ask(self, target: str, body: bytes) -> Answered:
        """What the server at `target` ("host:port") says to the request that is being handled."""
        line = http.client.HTTPConnection(target, timeout=30)
        try:
            line.request("POST", self.path, body, dict(self.headers.items()))
            answer = line.getresponse()
            passed_on = {
                name: value
                for name, value in answer.getheaders()
                if name.lower() not in NOT_PASSED_ON
            }
            return answer.status, passed_on, answer.read()
        finally:
            line.close()

    def say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Hand an answer back."""
        with contextlib.suppress(ConnectionError):  # who asked may be gone
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not on standard error."""
