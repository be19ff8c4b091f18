"""Memory that kernels work on.

Knows pages and nothing of what lies in them.
"""

import contextlib
import mmap
from typing import Any, Final

import numpy as np
import numpy.typing as npt

HUGE_PAGE_OCTETS: Final = 1 << 21


def zeros(dtype: Any, count: int) -> npt.NDArray[Any]:
    """Zeros that take memory when they are touched, in huge pages where the system has some.

    A stream is looked up all over the tables: with small pages, finding a page costs more than
    the work on it.
    """
    wanted = np.dtype(dtype)
    if wanted.itemsize * count < HUGE_PAGE_OCTETS:
        return np.zeros(count, dtype=wanted)
    memory = mmap.mmap(-1, wanted.itemsize * count, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError):  # a kernel without them
        memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, dtype=wanted)
