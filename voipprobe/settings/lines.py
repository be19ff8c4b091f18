"""Where the keys of a TOML file stand, which the standard library's reader does not tell.

Good enough for messages: tables, arrays of tables and `key =` lines; a key inside an inline
table or a multi-line value is found at the line on which that begins.
"""

import re
from typing import Final, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]

_TABLE: Final = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_ARRAY: Final = re.compile(r"\s*\[\[([^\[\]]+)\]\]\s*(?:#.*)?$")
_PART: Final = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY: Final = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Line number (from 1) of every table and key, by path as in ("probe", 0, "calls")."""
    found: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if match := _ARRAY.match(line):
            table = _array_path(_names(match[1]), counts)
            found.setdefault(table, number)
        elif match := _TABLE.match(line):
            table = _inside(_names(match[1]), counts)
            found.setdefault(table, number)
        elif match := _KEY.match(line):
            path = table
            for name in _names(match[1]):
                path = (*path, name)
                found.setdefault(path, number)
    return found


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int | None:
    """The line of a key, or of the nearest table around it; None if there is neither."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _names(text: str) -> list[str]:
    return [name.strip("\"'") for name in re.findall(_PART, text)]


def _array_path(names: list[str], counts: dict[KeyPath, int]) -> KeyPath:
    path = (*_inside(names[:-1], counts), names[-1])
    counts[path] = counts.get(path, -1) + 1
    return (*path, counts[path])


def _inside(names: list[str], counts: dict[KeyPath, int]) -> KeyPath:
    """The path of a table, with the newest index wherever a part of it is an array of tables."""
    path: KeyPath = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path
