"""Machine code of kernels: from the cache folder into this process, by way of Numba if need be.

Knows LLVM's loader and files of machine code; must not know how they come about.
"""

import ctypes
import hashlib
import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import llvmlite.binding as llvm

from voipprobe.capture.kernels.declare import ArgumentType, Kernel, is_number
from voipprobe.capture.kernels.folder import cache_folder

_DIGEST_OCTETS: Final = 32


def loaded(kernel: Kernel) -> Callable[..., Any]:
    """A kernel as a C function, compiled if no earlier process has done so."""
    octets, symbol = _kept(kernel) or _compiled(kernel)
    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(octets))
    engine.finalize_object()
    address = engine.get_function_address(symbol)
    flat = [one for given in kernel.types for one in _c_types(given)]
    function = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *flat)(address)
    returned, raised = ctypes.c_void_p(), ctypes.c_void_p()
    return partial(function, ctypes.byref(returned), ctypes.byref(raised))


def _c_types(given: ArgumentType) -> tuple[Any, ...]:
    if is_number(given):
        return (ctypes.c_int64,) if given is int else (ctypes.c_double,)
    return ctypes.c_void_p, ctypes.c_int64


@cache
def _engine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        codemodel="jitdefault", jit=True
    )
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


def _kept(kernel: Kernel) -> tuple[bytes, str] | None:
    """What an earlier process has compiled, None if there is nothing that can be trusted.

    A file is the SHA-256 of what follows (a disk that was full leaves half a file), the symbol, a
    line feed, and the object.
    """
    path = _path(kernel)
    if path is None:
        return None
    try:
        octets = path.read_bytes()
    except OSError:
        return None
    digest, content = octets[:_DIGEST_OCTETS], octets[_DIGEST_OCTETS:]
    if hashlib.sha256(content).digest() != digest:
        return None
    symbol, _, machine_code = content.partition(b"\n")
    return machine_code, symbol.decode()


def _compiled(kernel: Kernel) -> tuple[bytes, str]:
    from voipprobe.capture.kernels.compiler import compiled  # noqa: PLC0415 - imports Numba

    machine_code, symbol = compiled(kernel)
    path = _path(kernel)
    if path is not None:
        content = symbol.encode() + b"\n" + machine_code
        _keep(path, hashlib.sha256(content).digest() + content)
    return machine_code, symbol


def _keep(path: Path, octets: bytes) -> None:
    """Write a file as a whole or not at all; without it the next process compiles again."""
    half = path.with_suffix(f".{os.getpid()}")
    try:
        half.write_bytes(octets)
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)


def _path(kernel: Kernel) -> Path | None:
    folder = cache_folder()
    function = kernel.function
    name = f"{function.__module__}.{function.__qualname__}"
    return folder / name.replace("<", "").replace(">", "") if folder is not None else None
