"""What pydantic finds wrong with a fleet file, in the words of people who write TOML. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic_core import ErrorDetails

from voipprobe.agent.config.lines import KeyPath
from voipprobe.agent.config.sections import LISTEN_PATTERN, NAME_PATTERN, NAMESPACE_PATTERN

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
_PATTERNS: Final = {
    NAME_PATTERN: "should be 1 to 64 of letters, digits, . - and _, a letter or digit first",
    LISTEN_PATTERN: 'should be an address and a port: "127.0.0.1:9464", or "[::1]:9464"',
    NAMESPACE_PATTERN: "should be 1 to 255 letters, digits and any of . - _ / # :",
}
_SILENT: Final = frozenset({"extra_forbidden", "missing"})
"""What was given says nothing more here."""
_PEERS: Final = "should be true, false or a list of names"


def problems(errors: Iterable[ErrorDetails]) -> Iterator[tuple[KeyPath, str]]:
    """Every mistake once, with the key that it stands at."""
    for error in errors:
        branch = next((part for part in error["loc"] if _is_branch(part)), None)
        if branch is None:
            yield error["loc"], _text(error)
            continue
        # a union: one error for each of its types, of which one says what was meant
        place = error["loc"].index(branch)
        path = error["loc"][:place]
        deeper = error["loc"][place + 1 :]
        if deeper:
            yield (*path, *deeper), _text(error)
        elif branch != "bool":
            yield path, _PEERS + _given(error)


def _is_branch(part: int | str) -> bool:
    return part == "bool" or (isinstance(part, str) and part.startswith("tuple["))


def _text(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "string_pattern_mismatch":
        text = _PATTERNS[error["ctx"]["pattern"]]
    else:
        text = _WORDS.get(kind, error["msg"].removeprefix("Input "))
    return text if kind in _SILENT else text + _given(error)


def _given(error: ErrorDetails) -> str:
    given: Any = error.get("input")
    if isinstance(given, bool):
        return f", not {str(given).lower()}"
    return f", not {given!r}" if isinstance(given, str | int | float) else ""
