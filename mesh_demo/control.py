"""The control channel: one datagram asks, one answers, on a Unix socket in the mesh's folder.

Datagrams, so that a client that stops in the middle can never make the relay wait.
"""

import itertools
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from voipprobe.model.errors import ConfigError, ToolError

SOCKET: Final = "control"
MAX_OCTETS: Final = 1 << 17
"""Of one datagram; below the kernel's default for a socket."""
PATIENCE_S: Final = 10.0

_numbers = itertools.count()


def ask(folder: Path, request: dict[str, Any]) -> Any:
    """What the relay answers.

    Raises:
        ToolError: it is gone, or does not answer.
        ConfigError: it refuses; in its words.
    """
    ours = folder / f"client-{os.getpid()}-{next(_numbers)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(ours))
        try:
            line.settimeout(PATIENCE_S)
            line.sendto(json.dumps(request).encode(), str(folder / SOCKET))
            answer = json.loads(line.recv(MAX_OCTETS))
        except OSError as error:
            raise ToolError(f"the relay of the mesh does not answer: {error}") from error
        finally:
            ours.unlink()
    if "error" in answer:
        raise ConfigError(answer["error"])
    return answer["answer"]


class Server:
    """The relay's side."""

    def __init__(self, path: Path, handle: Callable[[dict[str, Any]], Any]) -> None:
        """`handle` makes an answer out of a request, or raises ConfigError."""
        self._handle = handle
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._line.bind(str(path))

    def fileno(self) -> int:
        """Readable when somebody asks."""
        return self._line.fileno()

    def serve(self) -> None:
        """Answer one request; who does not wait for the answer gets none."""
        try:
            request, client = self._line.recvfrom(MAX_OCTETS)
            self._line.sendto(json.dumps(self._answer(request)).encode(), client)
        except OSError:
            return

    def _answer(self, request: bytes) -> dict[str, Any]:
        try:
            return {"answer": self._handle(json.loads(request))}
        except ConfigError as error:
            return {"error": str(error)}
        except (ValueError, KeyError, TypeError) as error:
            return {"error": f"not understood: {request[:200]!r}: {error!r}"}
