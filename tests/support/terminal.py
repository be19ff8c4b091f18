"""What a person sees: rendered text, and a real pseudo-terminal."""

import contextlib
import os
import pty
from collections.abc import Callable, Iterable, Iterator
from io import RawIOBase, StringIO
from typing import TextIO

from rich.console import Console, RenderableType

from voipprobe.cli.render.console import show


def text_of(renderables: Iterable[RenderableType], width: int = 80) -> str:
    """The plain text at a width, as a file or a pipe gets it."""
    stream = StringIO()
    show(Console(file=stream, width=width, color_system=None), renderables)
    return stream.getvalue()


def seen_on_terminal(write: Callable[[TextIO], None]) -> str:
    """What a writer sent to a real terminal; at most 4 KiB, the terminal's own buffer."""
    reader, writer = pty.openpty()
    with os.fdopen(reader, "rb", buffering=0) as seen:
        with os.fdopen(writer, "w", encoding="utf-8") as stream:
            write(stream)
        return b"".join(_until_hung_up(seen)).decode().replace("\r\n", "\n")


def _until_hung_up(stream: RawIOBase) -> Iterator[bytes]:
    """Linux says EIO where other streams say that they ended."""
    with contextlib.suppress(OSError):
        while chunk := stream.read(1 << 16):
            yield chunk
