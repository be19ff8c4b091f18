"""Compiles kernels with Numba, and decides where compiled code is kept between runs.

Knows Numba and the cache folder; must not know what a kernel computes. Numba notices a change
of the file that a kernel stands in but not of the functions that it calls, therefore the cache
folder carries a digest of every source that can be compiled into a kernel.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, wraps
from operator import itemgetter
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys

Array = Any
"""A NumPy array inside a kernel: Numba carries no static types, the alias says what is meant."""
Row = Any
"""One record of a structured array inside a kernel, changed in place."""
Number = Any
"""A Python or Numba number inside a kernel."""

_njit: Any = numba.njit
_config: Any = numba.config
_runtime: Any = rtsys

int64: Any = np.int64 if _config.DISABLE_JIT else numba.int64
"""Widens a number inside a kernel: eight-bit arithmetic would wrap."""
uint64: Any = np.uint64 if _config.DISABLE_JIT else numba.uint64

_PACKAGE = Path(__file__).parent.parent
_SOURCES = (
    "capture/jit.py",
    "capture/files",
    "capture/live",
    "capture/wire",
    "capture/rtp",
    "quality",
)
_OPTIONS = {"nogil": True, "error_model": "numpy"}


def kernel(function: Callable[..., Any]) -> Any:
    """A function that is compiled at its first call and kept on disk: an entry from Python."""
    if _config.DISABLE_JIT:
        return _interpreted(function)
    folder = cache_folder()
    if folder is None:
        return _njit(function, **_OPTIONS)
    before = _config.CACHE_DIR
    _config.CACHE_DIR = str(folder)  # Numba reads it while decorating and at no other time
    try:
        dispatcher = _njit(function, **_OPTIONS)
        light: Any = _LightCache
        dispatcher._cache = light(function)
        return dispatcher
    finally:
        _config.CACHE_DIR = before


def _interpreted(function: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel as plain Python (NUMBA_DISABLE_JIT): slow, and every index is checked.

    Coverage-guided fuzzing sees its branches. Integers wrap as compiled ones do, in silence.
    """

    @wraps(function)
    def run(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*map(_with_attributes, arguments))

    return run


def _with_attributes(argument: Any) -> Any:
    """A structured array whose records have their fields as attributes, as inside a kernel."""
    if isinstance(argument, tuple):
        return tuple(map(_with_attributes, argument))
    is_structured = isinstance(argument, np.ndarray) and argument.dtype.names
    return argument.view(_with_properties(argument.dtype)) if is_structured else argument


@cache
def _with_properties(dtype: Any) -> Any:
    """A structured type whose records have a property for each field.

    NumPy's own record arrays do the same and are ten times slower.
    """
    members = {name: property(itemgetter(name), _setter(name)) for name in dtype.names}
    return np.dtype((type("Record", (np.void,), members), dtype))


def _setter(name: str) -> Callable[[Any, Any], None]:
    def set_field(record: Any, value: Any) -> None:
        record[name] = value

    return set_field


class _LightCache(FunctionCache):
    """Numba's cache without the refresh of its registries before each load.

    The refresh imports all that Numba can compile (random numbers, typed lists, polynomials),
    for a tenth of a second. Machine code from the cache needs the runtime's symbols and nothing
    else; a compilation refreshes the registries itself.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """As in Numba 0.60 to 0.68 but for the refresh."""
        _runtime.initialize(target_context)
        cache: Any = self
        with cache._guard_against_spurious_io_errors():
            return cache._load_overload(sig, target_context)


def part(function: Callable[..., Any]) -> Any:
    """A function that kernels call: put into each of them, never cached on its own.

    Inlined by force: a call costs more than most parts do, and takes three times as long in all.
    """
    return _njit(
        function, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS
    )


@cache
def cache_folder() -> Path | None:
    """The folder for compiled kernels, or None where no folder of ours can be written.

    The first that works of NUMBA_CACHE_DIR, systemd's CACHE_DIRECTORY, XDG_CACHE_HOME,
    ~/.cache. A shared folder such as /tmp is never used: who can write the cache can make us
    run his code.
    """
    digest = _source_digest()
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


def _source_digest() -> str:
    digest = hashlib.sha256(f"{numba.__version__} {_config.BOUNDSCHECK}".encode())
    for name in _SOURCES:
        path = _PACKAGE / name
        for source in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
