"""Our end of a session with one host: requests out, answers in, by one ssh."""

import json
import queue
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from voipprobe.bench.remote.ssh import Route, ssh_arguments
from voipprobe.model.errors import ConfigError, ToolError
from voipprobe.process.tools import find_tool, tool_environment

ANSWER_WITHIN_S: Final = 120.0
"""For what takes no time of its own: starting a system may take this long."""
ENDS_WITHIN_S: Final = 20.0


class Session:
    """A host that answers. One request at a time."""

    def __init__(self, name: str, route: Route, command: list[str], folder: Path) -> None:
        """Connect; the host is asked nothing yet.

        Args:
            name: of the host, for messages.
            route: to it.
            command: that serves a session there.
            folder: for what it says on standard error.

        Raises:
            ToolError: ssh is missing.
        """
        self.name = name
        self._complaints = folder / f"{name}.err"
        argv = ssh_arguments(find_tool("ssh"), route, command)
        with self._complaints.open("ab") as errors:
            self._ssh = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                env=tool_environment(), start_new_session=True,
            )  # fmt: skip
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name=f"answers of {name}", daemon=True)
        self._reader.start()

    def ask(self, do: str, *, within_s: float = ANSWER_WITHIN_S, **told: Any) -> Any:
        """What the host answers to a request, as JSON types.

        Args:
            do: the verb.
            within_s: after which it counts as lost.
            told: JSON types.

        Raises:
            ToolError: it is lost, or could not do it.
            ConfigError: it says that the plan is at fault.
        """
        assert self._ssh.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            self._ssh.stdin.write(json.dumps({"do": do, **told}).encode() + b"\n")
            self._ssh.stdin.flush()
        except OSError:
            raise ToolError(self._lost(do)) from None
        try:
            line = self._answers.get(timeout=within_s)
        except queue.Empty:
            text = f"{self.name}: no answer to {do!r} within {within_s:.0f} s"
            raise ToolError(text) from None
        return self._value(do, line)

    def clock_offset_s(self) -> float:
        """By how much the host's clock is ahead of ours; off by half of a round trip at most."""
        found = []
        for _ in range(3):
            sent = time.time()
            theirs = float(self.ask("clock"))
            back = time.time()
            found.append((back - sent, theirs - (sent + back) / 2))
        return min(found)[1]

    def close(self) -> None:
        """End the session, and with it all that it has started there."""
        if self._ssh.stdin is not None:
            try:
                self._ssh.stdin.close()
            except OSError:
                self._ssh.kill()
        try:
            self._ssh.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._ssh.kill()
            self._ssh.wait()
        self._reader.join()
        if self._ssh.stdout is not None:
            self._ssh.stdout.close()

    def cut(self) -> None:
        """Break the line, so that whoever waits for an answer waits no more."""
        self._ssh.kill()

    def _value(self, do: str, line: bytes | None) -> Any:
        if line is None:
            raise ToolError(self._lost(do))
        try:
            answer = json.loads(line)
        except ValueError:
            raise ToolError(f"{self.name}: what answers there is no voipprobe") from None
        if "error" in answer:
            kind = ConfigError if answer.get("wrong_use") else ToolError
            raise kind(f"{self.name}: {answer['error']}")
        return answer.get("ok")

    def _lost(self, do: str) -> str:
        said = self._complaints.read_text(errors="replace").strip().splitlines()
        reason = said[-1] if said else "ssh says nothing"
        return f"{self.name}: the session broke at {do!r}: {reason}"

    def _read(self) -> None:
        assert self._ssh.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in self._ssh.stdout:
            self._answers.put(line)
        self._answers.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()
