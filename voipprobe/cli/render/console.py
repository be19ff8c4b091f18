"""Where the tables go: a terminal with colours, or plain text.

Knows streams and the environment. Must not know what is printed.
"""

import os
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console, Group, RenderableType


def make_console(stream: TextIO | None = None) -> Console:
    """A console that writes escape sequences only to a terminal, and none under NO_COLOR.

    Args:
        stream: where to write; standard output if None.
    """
    stream = stream if stream is not None else sys.stdout
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")  # a dash must not end a run under LANG=C
    return Console(
        file=stream,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )


def show(console: Console, renderables: Iterable[RenderableType]) -> None:
    """Print all of them; a path that is wider than the console stays in one piece."""
    group = Group(*renderables)  # print itself forgets that a bare text must not be wrapped
    if console.is_terminal:
        console.print(group, crop=False)
        return
    with console.capture() as captured:
        console.print(group, crop=False)
    lines = (line.rstrip() for line in captured.get().splitlines())
    console.file.write("".join(f"{line}\n" for line in lines))
