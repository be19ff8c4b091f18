"""Waiting until other machines leave us the CPUs of this host.

Steal shows only in who wants the CPU: an idle host reads none. So we want it for a moment, one CPU
after the other, and see how much we get: the clock of a thread leaves stolen time out.
"""

import os
import time
from typing import Final

WANT_S: Final = 0.2
LEFT_ALONE_RATIO: Final = 0.95
"""A load that takes a third of the CPUs sees then less than 2 % of their time stolen."""
PAUSE_S: Final = 2.0


def await_neighbours(most_s: float) -> float:
    """Wait until nobody else wants our CPUs, or for so long; how long it took, in seconds."""
    begin = time.monotonic()
    while (left_s := most_s - (time.monotonic() - begin)) > 0 and least_share() < LEFT_ALONE_RATIO:
        time.sleep(min(PAUSE_S, left_s))
    return time.monotonic() - begin


def least_share(want_s: float = WANT_S) -> float:
    """The least (0..1) that a thread which wants a whole CPU gets, over all that we may use."""
    cpus = os.sched_getaffinity(0)
    try:
        return min(_share(cpu, want_s) for cpu in cpus)
    finally:
        os.sched_setaffinity(0, cpus)


def _share(cpu: int, want_s: float) -> float:
    os.sched_setaffinity(0, {cpu})
    begin, used = time.monotonic(), time.thread_time()
    while (took_s := time.monotonic() - begin) < want_s:
        pass
    return (time.thread_time() - used) / took_s
