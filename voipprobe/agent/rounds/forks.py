"""The agent's side of the nursery: orders out, answers in, forks ended in time."""

import contextlib
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from voipprobe.agent.rounds.nursery import LARGEST, PID_OCTETS
from voipprobe.model.errors import ToolError

CHUNK: Final = 1 << 16
KILLED_WITHIN_S: Final = 5.0
"""After so long without its end it is killed once more."""
WARM_WITHIN_S: Final = 120.0
"""The first start of a new version compiles for some ten seconds, on a small instance longer."""


class Fork:
    """One order under way."""

    def __init__(self, answer: int, deadline_s: float) -> None:
        self._answer = answer
        self._octets = b""
        self._pidfd: int | None = None
        self._ended = False
        self._signal_owed: signal.Signals | None = None
        self.deadline_s = deadline_s

    def fileno(self) -> int:
        """Readable when there is something to take in."""
        return self._answer

    def take(self) -> bool:
        """Take in what there is; True when the fork has ended."""
        octets = os.read(self._answer, CHUNK)
        self._octets += octets
        if self._pidfd is None and len(self._octets) >= PID_OCTETS:
            self._know(int.from_bytes(self._octets[:PID_OCTETS], "big"))
        if not octets:
            self.close()
        return not octets

    def _know(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):  # quick, and over already
            self._pidfd = os.pidfd_open(pid)
        if self._signal_owed is not None:
            self.signal(self._signal_owed)

    def outcome(self) -> tuple[str, Any]:
        """("done", answer), ("error", text) or ("crash", text), once it has ended."""
        body = self._octets[PID_OCTETS:]
        if not body:
            return "crash", "the process of the round was killed"
        try:
            kind, value = pickle.loads(body)  # noqa: S301 - from our own fork
        except Exception:  # half a pickle fails in many ways
            return "crash", "the process of the round was killed while it answered"
        return kind, value

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs; as soon as it runs, if it does not yet."""
        if self._pidfd is None:
            self._signal_owed = number
        elif not self._ended:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    def close(self) -> None:
        """Let go of its descriptors."""
        if not self._ended:
            self._ended = True
            os.close(self._answer)
            if self._pidfd is not None:
                os.close(self._pidfd)


class Nursery:
    """A warm process that orders are forked from; started when it is needed. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, None while there is none."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it, if it does not run, and wait until it is warm.

        Raises:
            ToolError: it does not start; its own words are on standard error.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * LARGEST)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "voipprobe.agent.rounds.nursery"],
                stdin=theirs.fileno(), start_new_session=True,
                # no threads for linear algebra that nobody does
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )  # fmt: skip
        self._line = ours
        ready, _, _ = select.select([ours], [], [], WARM_WITHIN_S)
        if not ready or not ours.recv(16):
            self.close()
            raise ToolError("the process that rounds are forked from did not start")

    def order(self, function: Callable[..., Any], *arguments: Any, within_s: float) -> Fork:
        """Have a function called in a fork.

        Args:
            function: of a module, so that it can be named.
            arguments: for it, to be pickled.
            within_s: after so long it is killed.

        Raises:
            ToolError: no process can be started.
        """
        order = pickle.dumps((function, arguments))
        for attempt in (1, 2):
            try:
                with self._lock:
                    self.start()
                    return self._send(order, within_s)
            except OSError as error:
                self.close()
                if attempt == 2:
                    raise ToolError(f"no process for a round: {error}") from error
        raise AssertionError

    def _send(self, order: bytes, within_s: float) -> Fork:
        assert self._line is not None  # noqa: S101 - start() made it
        read_end, write_end = os.pipe2(os.O_CLOEXEC)
        try:
            socket.send_fds(self._line, [order], [write_end])
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        return Fork(read_end, time.monotonic() + within_s)

    def close(self) -> None:
        """End it, and with it every fork."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            try:
                self._process.wait(2.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def wait_for(fork: Fork) -> tuple[str, Any]:
    """The outcome of a fork, which is killed at its deadline."""
    while True:
        left_s = max(fork.deadline_s - time.monotonic(), 0.0)
        ready, _, _ = select.select([fork], [], [], left_s)
        if not ready:
            fork.signal(signal.SIGKILL)
            fork.deadline_s = time.monotonic() + KILLED_WITHIN_S
        elif fork.take():
            return fork.outcome()
