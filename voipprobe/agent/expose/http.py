"""The small HTTP server of an agent: GET /metrics, /healthz, /healthz/live, /healthz/ready."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Final

from voipprobe.agent.expose.openmetrics import CONTENT_TYPE, exposition
from voipprobe.agent.expose.tally import Tally
from voipprobe.model.errors import ConfigError, ToolError

IDLE_S: Final = 5.0
"""A client that says nothing for so long is let go."""
MOST_CLIENTS: Final = 16

Health = Callable[[], Mapping[str, Any]]
"""{"live": bool, "ready": bool, ...}: more keys say why."""


def split_listen(text: str) -> tuple[str, int]:
    """Address and port of "address:port", IPv6 in brackets.

    Raises:
        ConfigError: the port is not one.
    """
    host, _, port = text.rpartition(":")
    if int(port) > 65535:
        raise ConfigError(f"[agent] listen {text!r}: a port is between 0 and 65535")
    return host.strip("[]"), int(port)


class HealthServer:
    """Serves until it is closed, in threads of its own."""

    def __init__(self, listen: str, tally: Tally | None, health: Health) -> None:
        """Begin to serve.

        Args:
            listen: "address:port".
            tally: what /metrics shows; None for no /metrics.
            health: asked at every request.

        Raises:
            ToolError: the port is taken, or the address is not ours.
        """
        self.listen = listen
        try:
            self._server = _Server(split_listen(listen), tally, health)
        except OSError as error:
            raise ToolError(
                f"cannot listen on {listen}: {error.strerror}: see [agent] listen"
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="http", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it serves on."""
        return int(self._server.server_address[1])

    def show(self, tally: Tally | None) -> None:
        """Show this at /metrics from now on; None for nothing."""
        self._server.tally = tally

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 2 * MOST_CLIENTS

    def __init__(self, address: tuple[str, int], tally: Tally | None, health: Health) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.tally, self.health = tally, health
        self._slots = threading.BoundedSemaphore(MOST_CLIENTS)
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind, without asking DNS for our name as HTTPServer does: it may take long to answer."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve in a thread, or hang up when too many are served."""
        if not self._slots.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:  # no thread could be started
            self._slots.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve, and make room for the next one."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is not worth a line."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "voipprobe"
    sys_version = ""
    timeout = IDLE_S

    def do_HEAD(self) -> None:
        """Answer as to GET, without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer a request."""
        path = self.path.partition("?")[0]
        if path == "/metrics" and self.server.tally is not None:
            self._send(HTTPStatus.OK, CONTENT_TYPE, exposition(self.server.tally))
        elif path in {"/healthz", "/healthz/live", "/healthz/ready"}:
            self._send_health(path.removeprefix("/healthz").strip("/"))
        else:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", "/metrics and /healthz are here\n")

    def _send_health(self, which: str) -> None:
        found = self.server.health()
        good = found[which] if which else found["live"] and found["ready"]
        status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
        self._send(status, "application/json", json.dumps(found) + "\n")

    def _send(self, status: HTTPStatus, kind: str, text: str) -> None:
        octets = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(octets)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """A scrape is not worth a line."""
