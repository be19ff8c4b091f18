"""The wire at the caller, read live while a trial runs: every call and every stream.

The ring is opened inside the caller's network by a thread of its own; the analysis runs there.
"""

import threading
from types import TracebackType
from typing import Final, Self

from voipprobe.capture.analysis import CaptureAnalysis, analyse
from voipprobe.capture.live.source import LiveCapture
from voipprobe.capture.packet import Near
from voipprobe.model.errors import CaptureError, VoipprobeError
from voipprobe.traffic.netns import Host, enter

READY_WITHIN_S: Final = 10.0


class Listener:
    """A capture at a host's interface; packets are read from the moment that it is made."""

    def __init__(self, host: Host | None, interface: str, near: Near) -> None:
        """Begin.

        Args:
            host: whose interface; None for our own.
            interface: to listen on.
            near: our end there.

        Raises:
            VoipprobeError: we may not, or there is no such interface.
        """
        self._host, self._interface = host, interface
        self._near = near
        self._ready = threading.Event()
        self._live: LiveCapture | None = None
        self._found: CaptureAnalysis | None = None
        self._error: VoipprobeError | None = None
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._thread.start()
        if not self._ready.wait(READY_WITHIN_S):
            raise CaptureError(f"the capture on {interface} did not begin in {READY_WITHIN_S:g} s")
        if self._live is None and self._error is not None:
            raise self._error

    def _listen(self) -> None:
        try:
            if self._host is not None:
                enter(self._host)
            self._live = LiveCapture(self._interface)
            self._ready.set()
            # once SIPp has closed all its calls, a silent one will not be answered any more
            self._found = analyse([self._live], near=self._near, patience_s=0.0)
        except VoipprobeError as error:
            self._error = error
        finally:
            self._ready.set()

    def stop(self) -> CaptureAnalysis:
        """What was seen from the beginning to now.

        Raises:
            VoipprobeError: it could not be read.
        """
        if self._live is not None:
            self._live.stop()
        self._thread.join()
        if self._found is None:
            raise self._error or CaptureError(f"the capture on {self._interface} came to nothing")
        return self._found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._live is not None:
            self._live.stop()
        self._thread.join()
