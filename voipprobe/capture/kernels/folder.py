"""Where compiled kernels are kept between runs.

The folder carries a digest of every source that can be compiled into a kernel, of the compiler,
and of the processor: a home folder may be shared by machines.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import llvmlite
import llvmlite.binding as llvm

_PACKAGE = Path(__file__).parent.parent.parent
_SOURCES = (
    "capture/kernels",
    "capture/files",
    "capture/live",
    "capture/tshark",
    "capture/wire",
    "capture/rtp",
    "quality",
)


@cache
def cache_folder() -> Path | None:
    """The folder for compiled kernels, or None where no folder of ours can be written.

    The first that works of NUMBA_CACHE_DIR, systemd's CACHE_DIRECTORY, XDG_CACHE_HOME,
    ~/.cache. A shared folder such as /tmp is never used: who can write the cache can make us
    run his code.
    """
    digest = _digest()
    for parent in _candidates():
        folder = parent / digest
        if _is_writable(folder):
            return folder
    return None


def _candidates() -> Iterator[Path]:
    for variable in ("NUMBA_CACHE_DIR", "CACHE_DIRECTORY", "XDG_CACHE_HOME"):
        value = os.environ.get(variable, "").split(":")[0]
        if value:
            yield Path(value) / "voipprobe" / "kernels"
    try:
        yield Path.home() / ".cache" / "voipprobe" / "kernels"
    except RuntimeError:  # no home in the environment nor in the user database
        return


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return folder.stat().st_uid == os.geteuid()
    except OSError:
        return False


def _digest() -> str:
    machine = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    digest = hashlib.sha256(f"{llvmlite.__version__} {machine}".encode())
    for name in _SOURCES:
        for source in sorted((_PACKAGE / name).glob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
