"""What pydantic finds wrong with a file, in the words of people who write TOML. Pure."""

from collections.abc import Iterable, Iterator, Mapping
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
}
_SILENT: Final = frozenset({"extra_forbidden", "missing", "too_short"})
"""What was given says nothing more here."""


def problems(
    errors: Iterable[ErrorDetails], patterns: Mapping[str, str]
) -> Iterator[tuple[KeyPath, str]]:
    """Every mistake, with the key that it stands at.

    Args:
        errors: pydantic's.
        patterns: what a text of a pattern should be, in words.
    """
    for error in errors:
        yield error["loc"], mistake_text(error, patterns)


def mistake_text(error: ErrorDetails, patterns: Mapping[str, str]) -> str:
    """One mistake in words, with what was given where that says more."""
    kind = error["type"]
    text = _WORDS.get(kind, error["msg"].removeprefix("Input "))
    if kind == "string_pattern_mismatch":
        text = patterns.get(error["ctx"]["pattern"], "has characters that cannot stand there")
    return text if kind in _SILENT else text + given(error)


def given(error: ErrorDetails) -> str:
    """What stood there, as the end of a sentence; nothing where it is long or no plain value."""
    value: Any = error.get("input")
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    return f", not {value!r}" if isinstance(value, str | int | float) else ""
