"""Files that are whole or absent, and readable by their owner only.

Knows how to write and what a failed write means to the user. Must not know what is written.
"""

import contextlib
import errno
import os
from pathlib import Path

from voipprobe.model.errors import StoreError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600

ADVICE = {
    errno.ENOSPC: "the disk is full: free some space or choose another folder with --output",
    errno.EDQUOT: "the disk quota is used up: free some space or choose another --output",
    errno.EACCES: "permission denied: choose a folder that you may write to with --output",
    errno.EPERM: "not permitted: choose a folder that you may write to with --output",
    errno.EROFS: "the file system is read-only: choose another folder with --output",
    errno.ENOTDIR: "a part of this path is a file: choose another folder with --output",
    errno.ENAMETOOLONG: "the path is too long: choose a shorter --output",
}


def write_private(path: Path, content: bytes) -> None:
    """Write a whole file, mode 0600; a reader sees the old content or the new, never a part.

    Raises:
        StoreError: it could not be written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write_synced(temporary, content)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise store_error("write", path, error) from None


def store_error(action: str, path: Path, error: OSError) -> StoreError:
    """The error that tells a user what failed and what to do."""
    advice = ADVICE.get(error.errno or 0, error.strerror or str(error))
    return StoreError(f"cannot {action} {path}: {advice}")


def _write_synced(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # of a process that had our number and was killed
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
