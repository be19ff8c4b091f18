"""The host's end of a session: requests on standard input, answers on standard output.

When the line breaks, whatever is under way is interrupted, and everything that was started ends:
a controller that has crashed leaves no calls behind.
"""

import json
import os
import queue
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from voipprobe.bench.remote.messages import Cast, TrialOrder, decode
from voipprobe.bench.remote.service import Actor, hello, require_actor
from voipprobe.model.errors import ConfigError, VoipprobeError
from voipprobe.results.document import to_document

WHO: Final = "the controller"


class Server:
    """One session."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._actor: Actor | None = None
        self.is_busy = False

    def do(self, request: Mapping[str, Any]) -> Any:
        """What a request asks for; its answer as JSON types.

        Raises:
            VoipprobeError: it cannot be done.
        """
        verbs = {
            "hello": lambda _: to_document(hello()),
            "clock": lambda _: time.time(),
            "prepare": self._prepare,
            "answer": lambda told: require_actor(self._actor).answer(int(told["number"])),
            "hang up": lambda _: require_actor(self._actor).hang_up(),
            "rest": lambda _: require_actor(self._actor).rest(),
            "watch": self._watch,
            "call": self._call,
        }
        return verbs[request["do"]](request)

    def close(self) -> None:
        """End everything."""
        if self._actor is not None:
            self._actor.close()

    def _prepare(self, told: Mapping[str, Any]) -> Any:
        self.close()
        self._actor = Actor(decode(Cast, told["cast"], WHO), self._folder)
        return to_document(self._actor.prepare())

    def _watch(self, told: Mapping[str, Any]) -> Any:
        actor = require_actor(self._actor)
        return to_document(actor.watch(float(told["begin_at"]), float(told["for_s"])))

    def _call(self, told: Mapping[str, Any]) -> Any:
        order = decode(TrialOrder, told["order"], WHO)
        return to_document(require_actor(self._actor).call(order))


def serve() -> None:
    """Serve the session that standard input and output are, until it ends."""
    _raise_limits()
    with tempfile.TemporaryDirectory(prefix="voipprobe-host-") as folder:
        server = Server(Path(folder))
        lines, answers = _take_over(server)
        try:
            while (line := lines.get()) is not None:
                answers.write(json.dumps(_answer(server, line)).encode() + b"\n")
                answers.flush()
        except (KeyboardInterrupt, BrokenPipeError):
            return  # the line broke in the middle of something
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            server.close()


def _answer(server: Server, line: bytes) -> dict[str, Any]:
    server.is_busy = True
    try:
        return {"ok": server.do(json.loads(line))}
    except VoipprobeError as error:
        return {"error": str(error), "wrong_use": isinstance(error, ConfigError)}
    finally:
        server.is_busy = False


def _take_over(server: Server) -> tuple["queue.Queue[bytes | None]", BinaryIO]:
    """Requests as they come, None at the end; and where answers go, which nobody else writes to."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lines: queue.Queue[bytes | None] = queue.Queue()
    threading.Thread(target=_read, args=(lines, server), name="requests", daemon=True).start()
    return lines, answers


def _read(lines: "queue.Queue[bytes | None]", server: Server) -> None:
    for line in sys.stdin.buffer:
        lines.put(line)
    lines.put(None)
    main = threading.main_thread().ident
    if server.is_busy and main is not None:
        signal.pthread_kill(main, signal.SIGINT)


def _raise_limits() -> None:
    """SIPp has two sockets and more for each call."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
