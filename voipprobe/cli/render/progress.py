"""What is shown while a probe runs: a bar on a terminal, lines elsewhere, or nothing.

Knows counts and streams. Must not read a clock: the time comes with each update.
"""

import sys
from types import TracebackType
from typing import Protocol, Self, TextIO

from rich.progress import BarColumn, Progress, TextColumn

from voipprobe.cli.render.console import make_console
from voipprobe.cli.render.numbers import count, seconds

LINE_EVERY_S = 5.0


class ProbeProgress:
    """A context manager that shows calls placed, open and failed, and the time."""

    def __init__(
        self,
        total_calls: int,
        stream: TextIO | None = None,
        *,
        plain: bool = False,
        quiet: bool = False,
    ) -> None:
        """Choose the display.

        Args:
            total_calls: that will be placed.
            stream: where to write; standard error if None.
            plain: lines even on a terminal.
            quiet: show nothing.
        """
        stream = stream if stream is not None else sys.stderr
        self._display: _Display
        if quiet:
            self._display = _Silence()
        elif plain or not stream.isatty():
            self._display = _Lines(total_calls, stream)
        else:
            self._display = _Bar(total_calls, stream)

    def __enter__(self) -> Self:
        self._display.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._display.stop()

    def update(self, placed: int, open: int, failed: int, elapsed_s: float) -> None:  # noqa: A002 - a call that is open
        """Show the state of the calls after so many seconds."""
        self._display.show(placed, open, failed, elapsed_s)


class _Display(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def show(self, placed: int, still_open: int, failed: int, elapsed_s: float) -> None: ...


class _Silence:
    def start(self) -> None:
        """Nothing to prepare."""

    def stop(self) -> None:
        """Nothing to end."""

    def show(self, placed: int, still_open: int, failed: int, elapsed_s: float) -> None:
        """Nothing to show."""


class _Lines(_Silence):
    """One line at first, and then at most one every five seconds."""

    def __init__(self, total_calls: int, stream: TextIO) -> None:
        self._total_calls = total_calls
        self._stream = stream
        self._next_line_s = 0.0

    def show(self, placed: int, still_open: int, failed: int, elapsed_s: float) -> None:
        if elapsed_s < self._next_line_s:
            return
        self._next_line_s = elapsed_s + LINE_EVERY_S
        placed_of = f"{count(placed)} of {count(self._total_calls)} calls placed"
        self._stream.write(f"{placed_of}, {_state(still_open, failed, elapsed_s)}\n")
        self._stream.flush()


class _Bar:
    """A bar of the calls that ended, gone when the probe is over."""

    def __init__(self, total_calls: int, stream: TextIO) -> None:
        self._progress = Progress(
            TextColumn("{task.fields[placed]} of {task.total:,.0f} calls placed"),
            BarColumn(),
            TextColumn("{task.fields[state]}"),
            console=make_console(stream),
            transient=True,
        )
        self._task = self._progress.add_task("", total=total_calls, placed="0", state="")

    def start(self) -> None:
        self._progress.start()

    def stop(self) -> None:
        self._progress.stop()

    def show(self, placed: int, still_open: int, failed: int, elapsed_s: float) -> None:
        self._progress.update(
            self._task,
            completed=placed - still_open,
            placed=count(placed),
            state=_state(still_open, failed, elapsed_s),
        )


def _state(still_open: int, failed: int, elapsed_s: float) -> str:
    return f"{count(still_open)} open, {count(failed)} failed, {seconds(elapsed_s)}"
