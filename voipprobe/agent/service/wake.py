"""Signals as something to wait for: SIGTERM and SIGINT end, SIGHUP reloads."""

import contextlib
import signal
import socket
from types import FrameType


class Wake:
    """Readable when a signal came; for the main thread."""

    def __init__(self) -> None:
        self._read_end, self._write_end = socket.socketpair()
        for end in (self._read_end, self._write_end):
            end.setblocking(False)
        self.stop_asked = False
        self.reload_asked = False
        self._old = {
            number: signal.signal(number, self._note)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        }
        signal.set_wakeup_fd(self._write_end.fileno(), warn_on_full_buffer=False)

    def fileno(self) -> int:
        """For select()."""
        return self._read_end.fileno()

    def drain(self) -> None:
        """Forget what woke us; the flags say what it was."""
        with contextlib.suppress(BlockingIOError):
            self._read_end.recv(4096)

    def close(self) -> None:
        """Put the signals back as they were."""
        signal.set_wakeup_fd(-1)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._read_end.close()
        self._write_end.close()

    def _note(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self.reload_asked = True
        else:
            self.stop_asked = True
