"""What pydantic finds wrong with a file, in the words of people who write TOML. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic_core import ErrorDetails

from voipprobe.settings.lines import KeyPath

_WORDS: Final = {
    "extra_forbidden": "there is no such key",
    "missing": "is missing",
    "bool_type": "should be true or false",
    "string_type": "should be a text in quotes",
    "path_type": "should be a text in quotes",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "tuple_type": "should be a list in [ ]",
    "dict_type": "should be a table",
    "model_type": "should be a table",
    "model_attributes_type": "should be a table",
    "finite_number": "should be a finite number",
    "too_short": "should not be empty",
    "string_too_short": "should not be empty",
    "string_pattern_mismatch": "has characters that cannot stand there",
}
_SILENT: Final = frozenset({"extra_forbidden", "missing", "too_short"})
"""What was given says nothing more here."""


def problems(errors: Iterable[ErrorDetails]) -> Iterator[tuple[KeyPath, str]]:
    """Every mistake, with the key that it stands at."""
    for error in errors:
        yield error["loc"], _text(error)


def _text(error: ErrorDetails) -> str:
    kind = error["type"]
    text = _WORDS.get(kind, error["msg"].removeprefix("Input "))
    return text if kind in _SILENT else text + _given(error)


def _given(error: ErrorDetails) -> str:
    given: Any = error.get("input")
    if isinstance(given, bool):
        return f", not {str(given).lower()}"
    return f", not {given!r}" if isinstance(given, str | int | float) else ""
