"""Conversations over TCP on loopback, in clear or in TLS, WebSocket or not, really captured."""

import contextlib
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from voipprobe.process.tools import find_tool

HOST = "127.0.0.1"
Talk = Sequence[tuple[bool, bytes]]
"""Whether the client says it, and what."""


@contextlib.contextmanager
def recorded(path: Path, rule: str) -> Iterator[None]:
    """What passes on loopback and fits a rule."""
    argv = [find_tool("tcpdump"), "--immediate-mode", "-i", "lo", "-U", "-w", str(path), rule]
    with subprocess.Popen(argv, stderr=subprocess.PIPE) as tcpdump:
        assert tcpdump.stderr is not None
        if not any(b"listening" in line for line in tcpdump.stderr):
            pytest.skip("this user may not capture")
        try:
            yield
            time.sleep(0.3)
        finally:
            tcpdump.terminate()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed one for loopback."""

    file: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """A new certificate, made by openssl."""
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    argv = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    argv += ["-nodes", "-days", "1", "-subj", "/CN=loopback"]
    argv += ["-keyout", str(made.key), "-out", str(made.file)]
    subprocess.run(argv, check=True, capture_output=True)
    return made


@dataclass(frozen=True, slots=True)
class Tls:
    """How both ends protect what they say.

    Attributes:
        version: the only one. keylog: where the client writes its secrets; None for nowhere.
    """

    certificate: Certificate
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    keylog: Path | None = None

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.file, self.certificate.key)
        return context

    def client(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(self.certificate.file)
        context.minimum_version = context.maximum_version = self.version
        if self.keylog is not None:
            context.keylog_filename = str(self.keylog)
        return context


def converse(port: int, talk: Talk, tls: Tls | None = None) -> None:
    """A connection to a port of loopback on which both ends say their part in turn."""
    with socket.create_server((HOST, port)) as listener:
        server = threading.Thread(target=_serve, args=(listener, talk, tls))
        server.start()
        try:
            with contextlib.ExitStack() as stack:
                line = stack.enter_context(socket.create_connection((HOST, port), timeout=10))
                if tls is not None:
                    line = stack.enter_context(tls.client().wrap_socket(line))
                _say(line, talk, is_client=True)
        finally:
            server.join(10)


def _serve(listener: socket.socket, talk: Talk, tls: Tls | None) -> None:
    listener.settimeout(10)
    with contextlib.ExitStack() as stack:
        line = stack.enter_context(listener.accept()[0])
        line.settimeout(10)
        if tls is not None:
            line = stack.enter_context(tls.server().wrap_socket(line, server_side=True))
        _say(line, talk, is_client=False)
        with contextlib.suppress(OSError):
            line.recv(1)  # until the other end has read all


def _say(line: socket.socket, talk: Talk, *, is_client: bool) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for by_client, octets in talk:
        if by_client == is_client:
            line.sendall(octets)
        else:
            left = len(octets)
            while left:
                more = len(line.recv(left))
                assert more, "the other end closed"
                left -= more


def websocket(talk: Iterable[tuple[bool, bytes]]) -> list[tuple[bool, bytes]]:
    """The same behind an upgrade to the subprotocol "sip", masked by the client (RFC 7118)."""
    asked = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    asked += b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    agreed = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    agreed += b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    subprotocol = b"Sec-WebSocket-Protocol: sip\r\n\r\n"
    framed = [(by_client, _frame(octets, by_client)) for by_client, octets in talk]
    return [(True, asked + subprotocol), (False, agreed + subprotocol), *framed]


def _frame(octets: bytes, is_masked: bool) -> bytes:
    """A binary message of a WebSocket (RFC 6455 5.2)."""
    bit = 0x80 if is_masked else 0
    short = len(octets) < 126
    length = bytes([bit | len(octets)]) if short else struct.pack(">BH", bit | 126, len(octets))
    if not is_masked:
        return b"\x82" + length + octets
    mask = b"\x01\x02\x03\x04"
    masked = bytes(one ^ mask[at % 4] for at, one in enumerate(octets))
    return b"\x82" + length + mask + masked
