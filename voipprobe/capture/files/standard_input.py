"""Standard input, pipes and devices as files that can be read twice.

SIP over TCP is read by another program, and before the RTP that it explains: a capture that
can be read only once has to be kept while it is analysed.
"""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from voipprobe.model.errors import CaptureError

STANDARD_INPUT: Final = Path("-")


@contextlib.contextmanager
def readable_twice(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """The paths, each that is no ordinary file replaced by a copy that is gone afterwards.

    Raises:
        CaptureError: one cannot be read, or there is no room for its copy.
    """
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(_copy(path)) if path == STANDARD_INPUT or path.is_fifo() else path
            for path in paths
        ]


@contextlib.contextmanager
def _copy(path: Path) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="voipprobe-", suffix=".capture") as copy:
        try:
            with _opened(path) as stream:
                shutil.copyfileobj(stream, copy)
            copy.flush()
        except OSError as error:
            raise CaptureError(
                f"{name_of(path)} cannot be copied to {copy.name}: {error.strerror}; make room "
                "there or set TMPDIR"
            ) from error
        try:
            yield Path(copy.name)
        except CaptureError as error:
            raise CaptureError(str(error).replace(copy.name, name_of(path))) from error


def _opened(path: Path) -> contextlib.AbstractContextManager[BinaryIO]:
    if path == STANDARD_INPUT:
        return contextlib.nullcontext(sys.stdin.buffer)
    return path.open("rb")


def name_of(path: Path) -> str:
    """What a path is called in a result."""
    return "standard input" if path == STANDARD_INPUT else str(path)
