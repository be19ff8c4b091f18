"""Kernels as the plain Python that they are: slow, and every index is checked.

Coverage-guided fuzzing sees their branches. Integers wrap as compiled ones do, in silence.
"""

from collections.abc import Callable
from functools import cache, wraps
from operator import itemgetter
from typing import Any

import numpy as np


def interpreted(function: Callable[..., None]) -> Callable[..., None]:
    """A function that sees records as a kernel does, with their fields as attributes."""

    @wraps(function)
    def run(*arguments: Any) -> None:
        with np.errstate(all="ignore"):
            function(*map(_with_attributes, arguments))

    return run


def _with_attributes(argument: Any) -> Any:
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
