"""Appends records to a raw file, each on the disk before the next trial begins."""

import contextlib
import errno
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.raw.records import Record, RunRecord
from voipprobe.model.errors import StoreError
from voipprobe.model.run import Environment
from voipprobe.results.document import to_document


def run_record(run: str, started_at: float, plan: Plan, environment: Environment) -> RunRecord:
    """The first line of a raw file."""
    return RunRecord(
        run=run,
        started_at=started_at,
        plan=plan.model_dump(mode="json"),
        environment=environment,
    )


class RawWriter:
    """One raw file, held by one process at a time."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Take an open file over; `create` and `resume` open one."""
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def create(cls, path: Path, run: RunRecord) -> Self:
        """A new file that holds its first line.

        Raises:
            StoreError: it is there already, or cannot be written.
        """
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
        except OSError as error:
            raise _refusal(path, "cannot be made", error) from None
        writer = cls(path, descriptor)
        with writer._or_closed():
            writer._lock()
            writer.append(run)
            _sync_folder(path.parent)
        return writer

    @classmethod
    def resume(cls, path: Path) -> tuple[Self, RawRun]:
        """An old file to go on with, and what it holds; a torn last line is cut off.

        Raises:
            StoreError: it cannot be read or written, or another process holds it.
        """
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise _refusal(path, "cannot be gone on with", error) from None
        writer = cls(path, descriptor)
        with writer._or_closed():
            writer._lock()
            raw = read_raw(path)
            if raw.torn:
                os.ftruncate(descriptor, raw.whole_bytes)
        return writer, raw

    def append(self, record: Record) -> None:
        """Write a record; it is on the disk when this returns.

        Raises:
            StoreError: it could not be written; what was written of it is taken back.
        """
        line = json.dumps(to_document(record), ensure_ascii=False, allow_nan=False) + "\n"
        octets = line.encode()
        before = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, octets)
            if written < len(octets):
                raise OSError(errno.ENOSPC, "")  # a regular file takes all or has no room
            os.fsync(self._descriptor)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, before)
            raise _refusal(self.path, "cannot be written", error) from None

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(f"{self.path}: another process is writing to it") from None

    @contextlib.contextmanager
    def _or_closed(self) -> Iterator[None]:
        """Closes the file if the block fails."""
        try:
            yield
        except BaseException:
            self.close()
            raise


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file survive a crash of the host."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refusal(path: Path, what: str, error: OSError) -> StoreError:
    return StoreError(f"{path}: {what}: {os.strerror(error.errno or 0)}")
