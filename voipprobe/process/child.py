"""A long-lived child process under its keeper, as the rest of voipprobe sees it."""

import contextlib
import json
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from voipprobe.model.errors import ToolError
from voipprobe.process.tools import tool_environment

KEEPER = Path(__file__).with_name("keeper.py")

Step = signal.Signals | tuple[str, int, str]
"""A signal, or (address, port, text): a datagram to a control port."""

GENTLE: tuple[tuple[Step, float], ...] = ((signal.SIGTERM, 2.0),)
"""The usual way to end a child: SIGTERM, two seconds, then SIGKILL."""


class Child:
    """A running tool. It ends when it is stopped, when its `with` block ends, or when we die."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        folder: Path,
        name: str,
        stop: Sequence[tuple[Step, float]] = GENTLE,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start `argv` in `folder`, with output in `<name>.out` and `<name>.err` there.

        Args:
            argv: the program and its arguments; no shell is involved.
            folder: its working directory, where its output goes too.
            name: what the output files are called.
            stop: steps and the patience after each [s], before SIGKILL.
            environment: variables on top of our own.

        Raises:
            ToolError: the program cannot be started.
        """
        self.name = name
        self.stdout = folder / f"{name}.out"
        self.stderr = folder / f"{name}.err"
        self._status: int | None = None
        self._line, theirs = socket.socketpair()
        with self.stdout.open("wb") as out, self.stderr.open("wb") as err, theirs:
            self._keeper = subprocess.Popen(
                [sys.executable, "-I", "-S", str(KEEPER)],
                stdin=theirs.fileno(), stdout=out, stderr=err, cwd=folder,
                env=tool_environment(environment), start_new_session=True,
            )  # fmt: skip
        self._reports = self._line.makefile("r")
        self._send({"argv": list(argv), "stop": list(stop)})
        self.pid: int = self._started(argv[0])

    def _started(self, program: str) -> int:
        report = self._report(timeout_s=10.0)
        if report is None or "pid" not in report:
            self._close()
            reason = report["error"] if report else "its keeper did not start"
            raise ToolError(f"{program} cannot be started: {reason}")
        return int(report["pid"])

    def _send(self, request: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # it may have ended meanwhile: its status says so
            self._line.sendall(json.dumps(request).encode() + b"\n")

    def _report(self, timeout_s: float | None) -> dict[str, Any] | None:
        ready, _, _ = select.select([self._line], [], [], timeout_s)
        if not ready:
            return None
        text = self._reports.readline()
        # A broken line: the keeper was killed, and took the child with it
        report: dict[str, Any] = json.loads(text) if text else {"exit": -int(signal.SIGKILL)}
        return report

    def fileno(self) -> int:
        """The descriptor that becomes readable when the child has ended, for select()."""
        return self._line.fileno()

    def poll(self) -> int | None:
        """The exit status (negative: the signal that ended it), or None while it runs."""
        return self.wait(0.0)

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait until the child ends; None when it still runs after `timeout_s`."""
        if self._status is None:
            report = self._report(timeout_s)
            if report is not None:
                self._status = int(report["exit"])
                self._close()
        return self._status

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the child and whatever it has started."""
        if self._status is None:
            self._send({"signal": int(number)})

    def stop(self) -> int:
        """End the child by its stop sequence, at the last by SIGKILL; returns its status."""
        if self.poll() is None:
            self._send({"stop": True})
            self.wait()
        assert self._status is not None  # noqa: S101 - wait() without limit returned
        return self._status

    def stderr_text(self) -> str:
        """All that the child wrote to standard error so far."""
        return self.stderr.read_text(errors="replace")

    def complaint(self) -> str:
        """The last line that the child wrote to standard error, for a message."""
        text = self.stderr_text().strip()
        return text.splitlines()[-1].strip() if text else ""

    def _close(self) -> None:
        self._reports.close()
        self._line.close()
        self._keeper.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
