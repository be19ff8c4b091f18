"""A dumpcap that always runs, and what it recorded of late.

Knows one process and its files, which are private and removed at both ends; must not know what
is in them.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voipprobe.capture.dumpcap import start_dumpcap
from voipprobe.capture.dumpcap_ring import FIRST_RING_FILE, RING_FILES, RingBounds, ring_arguments
from voipprobe.model.errors import CaptureError, ToolError
from voipprobe.process.child import Child
from voipprobe.process.tools import find_tool

FLUSH_S: Final = 1.5
"""What passed so long ago is in a file: dumpcap writes twice a second."""
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
"""Between attempts to start a dumpcap that does not stay."""
SETTLED_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A part of the recording that stays while it is looked at.

    Attributes:
        files: in order of time; the last one is still written.
        recorded_from_s: since when nothing is missing, epoch seconds; None for since the first
            packet in the files.
    """

    files: tuple[Path, ...]
    recorded_from_s: float | None


class RingRecorder:
    """A dumpcap that always runs.

    Attributes:
        restarts: how often it had to be started again.
        problem: why it does not run just now; None while it does.
    """

    def __init__(
        self,
        folder: Path,
        *,
        interface: str,
        filters: tuple[str, str],
        bounds: RingBounds,
        within: Callable[[Sequence[str]], list[str]] = list,
    ) -> None:
        """Start recording.

        Args:
            folder: gets a private folder `ring`; what an earlier one holds is removed.
            interface: to capture on.
            filters: as `ring_filters` makes them.
            bounds: of the ring.
            within: turns the argv into one that runs elsewhere (a network namespace).

        Raises:
            ToolError: dumpcap is missing.
            CaptureError: it may not capture, or there is no such interface.
        """
        self.restarts = 0
        self.problem: str | None = None
        self._folder, self._interface, self._bounds = folder / "ring", interface, bounds
        self._filters, self._within = filters, within
        self._pause_s, self._next_start = FIRST_PAUSE_S, 0.0
        self._child: Child | None = None
        self._start()

    @property
    def pid(self) -> int | None:
        """Of dumpcap; None while it does not run."""
        return self._child.pid if self._child is not None else None

    def tend(self) -> None:
        """Start dumpcap again if it has ended; to be called every now and then.

        One that does not stay is started after longer and longer pauses. What an earlier one
        recorded is removed: a recording has no gap.
        """
        if self._child is not None:
            if self._child.poll() is None:
                return
            self._note_end(self._child)
        if time.monotonic() >= self._next_start:
            try:
                self._start()
            except (CaptureError, ToolError) as error:
                self._plan_restart(str(error))
            else:
                self.restarts += 1

    @contextlib.contextmanager
    def snapshot(self, age_s: float) -> Iterator[Snapshot]:
        """What was recorded in the last seconds, under names that the ring does not remove.

        What passed within FLUSH_S before may not be there yet.

        Raises:
            CaptureError: the folder is full or gone.
        """
        with contextlib.ExitStack() as held:
            try:
                made = tempfile.TemporaryDirectory(prefix="held-", dir=self._folder)
                folder = Path(held.enter_context(made))
                files = tuple(_linked(self.files_since(age_s), folder))
            except OSError as error:
                raise CaptureError(
                    f"the recording in {self._folder} cannot be read: {error.strerror}"
                ) from error
            is_young = time.monotonic() - self._started_at < self._bounds.keep_s
            is_all = is_young and bool(files) and files[0].name.startswith(FIRST_RING_FILE)
            yield Snapshot(files=files, recorded_from_s=self._started_at_s if is_all else None)

    def files_since(self, age_s: float) -> list[Path]:
        """The files that were written to in the last seconds, in order of time."""
        oldest_s = time.time() - age_s
        found = []
        for path in self._folder.glob(RING_FILES):
            with contextlib.suppress(FileNotFoundError):  # the ring went on
                status = path.stat()
                if status.st_size and status.st_mtime >= oldest_s:
                    found.append((status.st_mtime_ns, path))
        return [path for _, path in sorted(found)]

    def stop(self) -> None:
        """End the recording and remove it."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        try:
            self._folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise CaptureError(f"cannot record into {self._folder}: {error.strerror}") from error
        argv = ring_arguments(
            find_tool("dumpcap"),
            interface=self._interface,
            filters=self._filters,
            bounds=self._bounds,
        )
        self._child = start_dumpcap(self._within(argv), self._folder, self._interface)
        self._started_at, self._started_at_s = time.monotonic(), time.time()
        self.problem = None

    def _note_end(self, child: Child) -> None:
        self._child = None
        if time.monotonic() - self._started_at >= SETTLED_S:
            self._pause_s = FIRST_PAUSE_S
            self._next_start = 0.0
        else:
            self._plan_restart(f"dumpcap ended: {child.complaint() or 'it says nothing'}")

    def _plan_restart(self, problem: str) -> None:
        self.problem = problem
        self._next_start = time.monotonic() + self._pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)


def _linked(files: Sequence[Path], folder: Path) -> Iterator[Path]:
    for path in files:
        held = folder / path.name
        with contextlib.suppress(FileNotFoundError):  # the ring went on
            os.link(path, held)
            yield held
