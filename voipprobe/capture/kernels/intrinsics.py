"""What kernels need of the machine and Numba has no word for.

Knows how Numba makes LLVM code of a call; must not know what a kernel computes.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numba.np import arrayobj

from voipprobe.capture.kernels.declare import LINE_OCTETS, fetch

_arrays: Any = arrayobj
_code: Any = cgutils
_FOR_WRITING, _NEAREST, _DATA = 1, 3, 1


@intrinsic
def array_at(_typing: Any, pointer: Any, length: Any) -> Any:
    """An array of what lies at an address; numba.carray without its memory management."""
    array_type = types.Array(pointer.dtype, 1, "C")

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        array = _arrays.make_array(array_type)(context, builder)
        octets = context.get_abi_sizeof(context.get_data_type(pointer.dtype))
        size = context.get_constant(types.intp, octets)
        _arrays.populate_array(
            array,
            data=builder.bitcast(arguments[0], array.data.type),
            shape=[arguments[1]],
            strides=[size],
            itemsize=size,
            meminfo=None,
        )
        return array._getvalue()

    return array_type(pointer, length), generate


@intrinsic
def _fetch_line(_typing: Any, array: Any, index: Any, octet: Any) -> Any:
    """LLVM's prefetch of the cache line around one octet of an element."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        made = _arrays.make_array(kind)(context, builder, arguments[0])
        item = _code.get_item_pointer(
            context, builder, kind, made, [arguments[1]], wraparound=False
        )
        at = _code.pointer_add(builder, item, arguments[2], _code.voidptr_t)
        number = ir.IntType(32)
        asked = ir.FunctionType(ir.VoidType(), [at.type, number, number, number])
        name = f"llvm.prefetch.{at.type.intrinsic_name}"
        prefetch = _code.get_or_insert_function(builder.module, asked, name)
        builder.call(prefetch, [at, number(_FOR_WRITING), number(_NEAREST), number(_DATA)])
        return context.get_dummy_value()

    return types.void(array, index, octet), generate


_line: Any = _fetch_line


@overload(fetch)
def _fetch(array: Any, index: Any, octets: Any) -> Callable[..., None]:  # noqa: ARG001 - Numba's way
    def lines(array: Any, index: Any, octets: Any) -> None:
        for octet in range(0, octets, LINE_OCTETS):
            _line(array, index, octet)

    return lines
