"""A file system so small that a test can fill it."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(folder: Path, kib: int = 256) -> Iterator[Path]:
    """A tmpfs of that size, mounted below the folder until the block ends; needs root."""
    disk = folder / "disk"
    disk.mkdir()
    argv = ["mount", "-t", "tmpfs", "-o", f"size={kib}k,nr_inodes=1000", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(argv, capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system needs root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, leave_octets: int = 0) -> Path:
    """Take what is free, but for so much; returns the file that must go to make room again."""
    ballast = disk / "ballast"
    state = os.statvfs(disk)
    free = state.f_bavail * state.f_frsize
    ballast.write_bytes(bytes(max(free - leave_octets, 0)))
    return ballast
