"""The SIPp process on the calling side: started, watched, hung up, read."""

import math
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voipprobe.model.run import Generator
from voipprobe.process.child import Child, Step
from voipprobe.traffic.sipp.arguments import ERRORS, STATISTICS, SippOptions, sipp_arguments
from voipprobe.traffic.sipp.hangup import hang_up
from voipprobe.traffic.sipp.statistics import (
    Statistics,
    first_error,
    last_complaint,
    parse_response_times,
    parse_statistics,
)
from voipprobe.traffic.sipp.version import SippVersion

HANGUP_PATIENCE_S = 2.0
"""For the answers to our BYEs."""
Watcher = Callable[[Statistics], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SippRun:
    """What one SIPp process left behind.

    Attributes:
        pid: of the process; part of the Call-IDs that it made.
        error: the first error that it logged, in words.
        response_times_ms: by counter name of the scenario.
        failures: calls by SIPp's own cause of failure.
        overdue: it had to be ended because it did not finish in time.
    """

    pid: int
    generator: Generator
    error: str | None
    response_times_ms: dict[str, list[float]]
    failures: dict[str, int]
    overdue: bool


class SippCaller:
    """A SIPp process that places calls in `folder`, where all its files go."""

    def __init__(self, version: SippVersion, options: SippOptions, folder: Path) -> None:
        """Start it.

        Raises:
            ToolError: it cannot be started.
        """
        self._options = options
        self._folder = folder
        self._overdue = False
        self._child = Child(
            sipp_arguments(version, options), folder=folder, name="sipp", stop=ending(options)
        )

    @property
    def pid(self) -> int:
        """Process id of SIPp itself."""
        return self._child.pid

    def watch(self, on_statistics: Watcher, *, deadline_s: float) -> None:
        """Wait until SIPp ends by itself; past the deadline, hang up and end it.

        Args:
            on_statistics: called about four times a second with the newest row.
            deadline_s: longest time from now. SIPp's own -timeout cannot be trusted.
        """
        deadline = time.monotonic() + deadline_s
        while self._child.wait(0.25) is None:
            rows = self._statistics()
            if rows:
                on_statistics(rows[-1])
            if time.monotonic() > deadline:
                self._overdue = True
                self._child.stop()

    def stop(self) -> None:
        """Place no more calls, send BYE or CANCEL on the open ones, and end the process."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGUSR1)
            hang_up(self._options, self._child.pid, range(1, self._placed() + 1))
            self._child.wait(HANGUP_PATIENCE_S)
        self._child.stop()

    def _placed(self) -> int:
        """The most calls that may have been placed; the statistics are a second old."""
        rows = self._statistics()
        known = rows[-1].created if rows else 0
        return min(self._options.calls or 0, known + math.ceil(2 * self._options.rate_cps))

    def result(self) -> SippRun:
        """What is known once it has ended."""
        rows = self._statistics()
        status = self._child.poll()
        # SIPp chats on stderr also when all is well
        complaint = "" if status in (0, None) else last_complaint(self._child.stderr_text())
        return SippRun(
            pid=self._child.pid,
            generator=_generator(status, rows, self._options),
            error=first_error(self._read(ERRORS)) or complaint or None,
            response_times_ms=parse_response_times(self._read_match("*_rtt.csv")),
            failures=rows[-1].failures if rows else {},
            overdue=self._overdue,
        )

    def _statistics(self) -> list[Statistics]:
        return parse_statistics(self._read(STATISTICS))

    def _read(self, name: str) -> str:
        path = self._folder / name
        return path.read_text(errors="replace") if path.is_file() else ""

    def _read_match(self, pattern: str) -> str:
        return "".join(self._read(path.name) for path in sorted(self._folder.glob(pattern)))


def ending(options: SippOptions) -> tuple[tuple[Step, float], ...]:
    """How a calling SIPp is ended by its keeper: `Q` to its control port, then signals.

    `Q` sends BYE or CANCEL on what is still open while calls are being placed, but then 3.6.1
    never leaves by itself.
    """
    return (
        (("127.0.0.1", options.control_port, "Q"), 0.5),
        (signal.SIGTERM, 1.0),
    )


def _generator(exit_code: int | None, rows: list[Statistics], options: SippOptions) -> Generator:
    last = rows[-1] if rows else None
    limit = options.calls or 0
    return Generator(
        exit_code=exit_code if exit_code is not None and exit_code >= 0 else None,
        created=last.created if last else None,
        successful=last.successful if last else None,
        failed=last.failed if last else None,
        open=last.open if last else None,
        retransmissions=last.retransmissions if last else None,
        call_rate_cps=last.call_rate_cps if last else None,
        target_rate_cps=options.rate_cps,
        watchdog=last.watchdog if last else None,
        limit_reached=any(row.open > limit for row in rows),
    )
