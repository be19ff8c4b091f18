"""A fleet file to its sections, or all of its mistakes at once."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from voipprobe.agent.config.check import mistakes
from voipprobe.agent.config.sections import FleetFile
from voipprobe.model.errors import ConfigError
from voipprobe.settings.lines import KeyPath, key_lines, line_of

MAX_OCTETS: Final = 4 * 1024 * 1024
_WORDS: Final = {
    "extra_forbidden": "there is no such key",
    "missing": "is missing",
}


def read_fleet(path: Path) -> FleetFile:
    """What a fleet file says.

    Raises:
        ConfigError: it cannot be read, or has mistakes: all of them, one a line, each with
            its line and key.
    """
    return parse_fleet(_text(path), str(path))


def parse_fleet(text: str, name: str) -> FleetFile:
    """What the text of a fleet file says; `name` is what messages call it. Raises as above."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from None
    lines = key_lines(text)
    try:
        # by way of JSON: strict types, and lists where the sections have tuples
        fleet = FleetFile.model_validate_json(json.dumps(document, default=str), strict=True)
    except ValidationError as error:
        found = [_problem(one) for one in error.errors(include_url=False)]
        raise _refusal(name, lines, found) from None
    found = mistakes(fleet)
    if found:
        raise _refusal(name, lines, found)
    return fleet


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_OCTETS + 1)
        if len(octets) > MAX_OCTETS:
            raise ConfigError(f"{path}: larger than {MAX_OCTETS} octets: is it a fleet file?")
        return octets.decode()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text: {error.reason}") from None


def _problem(error: ErrorDetails) -> tuple[KeyPath, str]:
    path = tuple(part for part in error["loc"] if part not in {"bool", "tuple[str, ...]"})
    text = _WORDS.get(error["type"], error["msg"][:1].lower() + error["msg"][1:])
    given: Any = error.get("input")
    if isinstance(given, str | int | float) and error["type"] != "extra_forbidden":
        text += f", not {given!r}"
    return path, text


def _refusal(name: str, lines: dict[KeyPath, int], found: list[tuple[KeyPath, str]]) -> ConfigError:
    placed = dict.fromkeys(
        (line_of(path, lines) or 0, f"{key_text(path)}: {text}") for path, text in found
    )
    return ConfigError(
        "\n".join(f"{name}:{line}: {text}" if line else f"{name}: {text}"
                  for line, text in sorted(placed))
    )  # fmt: skip


def key_text(path: KeyPath) -> str:
    """A key as people write it: probe[1].calls."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
