"""What is shown while captures are read: a bar by bytes, gone when they are.

Knows bytes. Must not know captures.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from voipprobe.cli.render.console import make_console


@contextlib.contextmanager
def reading_progress(
    total_octets: int, stream: TextIO | None = None
) -> Iterator[Callable[[int], None]]:
    """A bar, as a function that takes the octets read so far.

    Args:
        total_octets: to be read; 0 where nobody knows.
        stream: a terminal; standard error if None.
    """
    progress = Progress(
        TextColumn("reading"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=make_console(stream if stream is not None else sys.stderr),
        transient=True,
    )
    task = progress.add_task("", total=total_octets or None)
    with progress:
        yield lambda octets: progress.update(task, completed=octets)
