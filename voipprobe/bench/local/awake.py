"""Keeps the CPUs of this host awake while a benchmark runs, as `idle=poll` would.

A CPU that sleeps between two packets must be woken for the next one. A virtual one must wait until
its host runs it again, thousands of times a second: on a shared host that took up to 35 % of all
CPU time, which the kernel counts as steal, and calls cost up to a fifth more; with CPUs awake
it was under 1 % in the same quarter of an hour (docs/bench.md). The kernel drops the request when
the file is closed, also by a crash.

Source: the kernel's documentation, power/pm_qos_interface.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LATENCY: Final = Path("/dev/cpu_dma_latency")
NONE_US: Final = (0).to_bytes(4, "little")


@contextmanager
def awake(device: Path = LATENCY) -> Iterator[bool]:
    """Whether the CPUs stay awake until the block ends: not where the device cannot be had."""
    try:
        asked = os.open(device, os.O_WRONLY)
    except OSError:
        yield False
        return
    try:
        yield os.write(asked, NONE_US) == len(NONE_US)
    finally:
        os.close(asked)
