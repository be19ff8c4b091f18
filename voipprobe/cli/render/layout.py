"""The few shapes that all our tables have, and text that cannot harm a terminal.

Knows rich. Must not know what is in a result.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

HARMFUL = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, bidirectional marks, surrogates, breaks


def clean(text: str) -> str:
    """One line of text without control characters.

    Names, reason phrases and URIs come from the wire: an escape sequence in them would
    otherwise reach the terminal.
    """
    return "".join("�" if unicodedata.category(char) in HARMFUL else char for char in text)


def heading(title: str) -> Text:
    """The title of a section."""
    return Text(title, style="bold", overflow="fold")


def figures_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table whose first column is a label and all others are numbers."""
    table = plain_table()
    first, *others = headings
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def words_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table whose last column is prose and takes the room that is left."""
    table = plain_table()
    *others, last = headings
    for name in others:
        table.add_column(name, no_wrap=True)
    table.add_column(last, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def labelled(rows: Iterable[tuple[str, str]], style: str = "") -> Table:
    """Lines of a label and a text; a long text wraps under itself."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in rows:
        grid.add_row(Text(label, style=style), Text(text, style=style))
    return grid


def bullets(lines: Iterable[str], style: str) -> Table:
    """One bullet per line; a long line wraps under itself."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for line in lines:
        grid.add_row(Text("•", style=style), Text(clean(line)))
    return grid


def note(text: str) -> Text:
    """A footnote."""
    return Text(text, style="dim", overflow="fold")


def plain_table() -> Table:
    """A table without a frame: rules under its heads only."""
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="", show_edge=False)
