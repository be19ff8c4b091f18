"""Nested results as flat rows: which columns there are follows from the types alone.

So a table has the same columns when it has no rows and when all its values are unknown.
Must not know any file format.
"""

import dataclasses
import functools
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from voipprobe.model.finding import Finding
from voipprobe.results.document import document_key
from voipprobe.results.text import storable

FINDINGS = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One flat column.

    Attributes:
        name: the fields on the way, joined by "_", e.g. "jitter_ms_mean".
        kind: the type of its values, without None; findings are their codes.
        value: the cell of a row, None if it or something on the way is unknown.
    """

    name: str
    kind: Any
    value: Callable[[object], Any]


def columns(cls: type) -> list[Column]:
    """The flat columns of a dataclass."""
    return [
        column
        for name, hint in typing.get_type_hints(cls).items()
        for column in _columns_of(name, _without_none(hint))
    ]


def rows(flat: list[Column], values: typing.Iterable[object]) -> list[dict[str, Any]]:
    """One dict per value, with a cell for every column."""
    return [{column.name: column.value(value) for column in flat} for value in values]


def _columns_of(name: str, kind: Any) -> list[Column]:
    key = document_key(name)
    if kind == FINDINGS:
        return [Column(key, tuple[str, ...], functools.partial(_codes, name))]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [Column(key, str, functools.partial(_enum_value, name))]
    if not dataclasses.is_dataclass(kind):
        return [Column(key, kind, functools.partial(_member, name))]
    return [
        Column(f"{key}_{inner.name}", inner.kind, functools.partial(_inner, name, inner.value))
        for inner in columns(typing.cast("type", kind))
    ]


def _without_none(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return next(member for member in typing.get_args(hint) if member is not types.NoneType)
    return hint


def _member(name: str, row: object) -> Any:
    member = getattr(row, name)
    return storable(member) if isinstance(member, str) else member


def _codes(name: str, row: object) -> list[str]:
    return [finding.code for finding in getattr(row, name)]


def _enum_value(name: str, row: object) -> Any:
    member = getattr(row, name)
    return None if member is None else member.value


def _inner(name: str, value: Callable[[object], Any], row: object) -> Any:
    nested = getattr(row, name)
    return None if nested is None else value(nested)
