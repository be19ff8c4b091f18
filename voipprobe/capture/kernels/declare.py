"""What kernels are written with: `kernel`, `part`, `procedure`, and the words for their types.

Knows when something is compiled and must not know how, nor what a kernel computes. A kernel is
an entry from Python with declared types; it calls parts and procedures and nothing else of ours.
None of them allocates or raises: machine code then needs nothing of Numba when it runs, and a
process that finds it compiled never imports Numba, which takes longer than a small capture.

With NUMBA_DISABLE_JIT=1 all of it runs as the plain Python that it is (for fuzzing), with
NUMBA_BOUNDSCHECK=1 as compiled by Numba with a check of every index.
"""

import os
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

Array = Any
"""A NumPy array inside a kernel: Numba carries no static types, the alias says what is meant."""
Row = Any
"""One record of a structured array inside a kernel, changed in place."""
Number = Any
"""A Python or Numba number inside a kernel."""

int64: Any = np.int64
"""Widens a number inside a kernel: eight-bit arithmetic would wrap."""
uint64: Any = np.uint64

ArgumentType = Any
"""`int` (int64), `float` (float64), or a dtype: of a one-dimensional contiguous array."""

LINE_OCTETS: Final = 64
"""A cache line, of every processor that we run on."""

_IS_PLAIN: Final = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
_IS_CHECKED: Final = os.environ.get("NUMBA_BOUNDSCHECK", "0") not in ("", "0")


class Part:
    """A function that kernels call; called from Python, it is the plain function.

    Attributes:
        inlined: put into each caller by force. A call costs more than most parts do.
    """

    def __init__(self, function: Callable[..., Any], *, inlined: bool) -> None:
        self.function = function
        self.inlined = inlined
        self.dispatcher: Any = None
        """Numba's own, while something is compiled."""

    def __call__(self, *arguments: Any) -> Any:
        """Run it as it is written."""
        return self.function(*arguments)


def part(function: Callable[..., Any]) -> Any:
    """A function that is put into each kernel that calls it."""
    return Part(function, inlined=True)


def procedure(function: Callable[..., Any]) -> Any:
    """A function that is too long to be put into each of its callers."""
    return Part(function, inlined=False)


def fetch(array: Array, index: Number, octets: Number) -> None:
    """Ask for the cache lines of an array's element, or the first `octets` of it, before its use.

    It changes nothing and does not wait: what is scattered in memory then comes all at once.
    """


def is_number(given: ArgumentType) -> bool:
    """Whether an argument is a number and no array; a dtype equals the type of its numbers."""
    return given is int or given is float


def kernel(*types: ArgumentType) -> Callable[[Callable[..., None]], "Kernel"]:
    """An entry from Python. `types` are those of its arguments, in order."""
    return lambda function: Kernel(function, types)


class Kernel:
    """A compiled function, called with arrays of the declared types and with numbers.

    Attributes:
        function: as written. types: of its arguments.
    """

    def __init__(self, function: Callable[..., None], types: Sequence[ArgumentType]) -> None:
        self.function = function
        self.types = tuple(one if is_number(one) else np.dtype(one) for one in types)
        self.__doc__ = function.__doc__
        self._run: Callable[..., Any] | None = None
        self._pointers = [None if is_number(one) else _Pointer(one) for one in self.types]

    def __call__(self, *arguments: Any) -> None:
        """Run it.

        Raises:
            TypeError: an array is not of the declared type.
        """
        if self._run is None:
            self._run = self._made()
        if _IS_PLAIN or _IS_CHECKED:
            self._run(*arguments)
            return
        flat: list[Any] = []
        for pointer, argument in zip(self._pointers, arguments, strict=True):
            if pointer is None:
                flat.append(argument)
            else:
                flat += pointer.of(argument)
        self._run(*flat)

    def _made(self) -> Callable[..., Any]:
        if _IS_PLAIN:
            from voipprobe.capture.kernels.plain import interpreted  # noqa: PLC0415 - rarely used

            return interpreted(self.function)
        if _IS_CHECKED:
            from voipprobe.capture.kernels.compiler import checked  # noqa: PLC0415 - imports Numba

            return checked(self)
        from voipprobe.capture.kernels.loader import loaded  # noqa: PLC0415 - once it is needed

        return loaded(self)


class _Pointer:
    """Address and length of an array; those of the last one are remembered, for speed."""

    def __init__(self, dtype: Any) -> None:
        self._dtype = dtype
        self._array: Callable[[], Any] = lambda: None
        self._place = (0, 0)

    def of(self, array: Any) -> tuple[int, int]:
        """(address, length)."""
        if self._array() is not array:
            if array.dtype != self._dtype or array.ndim != 1 or not array.flags.c_contiguous:
                raise TypeError(f"a kernel wants {self._dtype}, not {array.dtype} {array.shape}")
            self._place = (array.ctypes.data, len(array))
            self._array = weakref.ref(array)
        return self._place
