"""Kernels to machine code: the only user of Numba.

Knows Numba and nothing of where machine code is kept. Imported only where something has to be
compiled.
"""

import re
from collections.abc import Callable
from typing import Any

import numba
from numba import types
from numba.core.typing.typeof import typeof_impl

from voipprobe.capture.kernels.declare import Kernel, Part, is_number
from voipprobe.capture.kernels.intrinsics import array_at

_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Without Numba's runtime nothing can be allocated, and machine code needs nothing of Numba."""
_BARE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_DECLARED = re.compile(r'^declare [^@]*@"?([^"(]+)"?\(', re.MULTILINE)
_FROM_C = {"memset", "memcpy", "memmove"}
_njit: Any = numba.njit
_types: Any = types


def compiled(kernel: Kernel) -> tuple[bytes, str]:
    """The object file of a kernel with all that it calls, and its symbol there.

    The symbol takes two addresses for what Numba functions return and raise, then an address and
    a length for each array, int64 and float64 for numbers; it returns whether it raised.
    """
    scope: dict[str, Any] = {"run": checked(kernel), "array_at": array_at}
    exec(_entry_source(kernel), scope)  # noqa: S102 - of numbers of arguments alone
    signature = types.void(*(one for given in kernel.types for one in _flat(given)))
    (found,) = _njit(signature, **_OPTIONS, **_BARE)(scope["entry"]).overloads.values()
    _check_needs(kernel, found.library.get_llvm_str())
    _, _, (octets, _) = found.library.serialize_using_object_code()
    return octets, found.fndesc.llvm_func_name


def _check_needs(kernel: Kernel, code: str) -> None:
    """Refuse what asks for more than C's memory functions: LLVM would end the process over it.

    Raises:
        TypeError: it allocates, raises with a value, or calls a library.
    """
    needed = {name for name in _DECLARED.findall(code) if not name.startswith("llvm.")}
    if needed - _FROM_C:
        raise TypeError(f"kernel {kernel.function.__qualname__} calls {sorted(needed - _FROM_C)}")


def checked(kernel: Kernel) -> Callable[..., Any]:
    """A kernel as Numba's own callable; it checks indices if NUMBA_BOUNDSCHECK says so."""
    dispatcher: Callable[..., Any] = _njit(kernel.function, **_OPTIONS)
    return dispatcher


def _entry_source(kernel: Kernel) -> str:
    """A function that makes arrays of addresses and lengths and hands them on."""
    names, handed = [], []
    for at, given in enumerate(kernel.types):
        if is_number(given):
            names.append(f"n{at}")
            handed.append(f"n{at}")
        else:
            names += [f"p{at}", f"n{at}"]
            handed.append(f"array_at(p{at}, n{at})")
    return f"def entry({', '.join(names)}):\n    run({', '.join(handed)})\n"


def _flat(given: Any) -> list[Any]:
    if given is int:
        return [types.int64]
    if given is float:
        return [types.float64]
    return [_types.CPointer(numba.from_dtype(given)), types.int64]


@typeof_impl.register(Part)
def _typeof_part(value: Part, _: object) -> Any:
    """A part is a function like any other to Numba."""
    if value.dispatcher is None:
        value.dispatcher = _njit(value.function, forceinline=value.inlined, **_OPTIONS, **_BARE)
    return types.Dispatcher(value.dispatcher)
