"""Compiling a plain function as the RTP kernel does."""

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as Numba's nopython mode runs it, with the types taken off."""
    jit: Any = njit
    result: Callable[..., Any] = jit(function)
    return result
