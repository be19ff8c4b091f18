"""A fleet file to its sections, or all of its mistakes at once."""

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from voipprobe.agent.config.check import mistakes
from voipprobe.agent.config.lines import KeyPath, key_lines, line_of
from voipprobe.agent.config.sections import FleetFile
from voipprobe.agent.config.words import problems
from voipprobe.model.errors import ConfigError

MAX_OCTETS: Final = 4 * 1024 * 1024
_PLACE: Final = re.compile(r" \(at line (\d+), column \d+\)$")


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
    except ValueError as error:  # also a number of thousands of digits
        raise ConfigError(_not_toml(name, str(error))) from None
    except RecursionError:
        raise ConfigError(f"{name}: is nested too deeply") from None
    lines = key_lines(text)
    try:
        # by way of JSON: strict types, and lists where the sections have tuples
        fleet = FleetFile.model_validate_json(json.dumps(document, default=str), strict=True)
    except ValidationError as error:
        found = list(problems(error.errors(include_url=False)))
        raise _refusal(name, lines, found) from None
    found = mistakes(fleet)
    if found:
        raise _refusal(name, lines, found)
    return fleet


def _not_toml(name: str, complaint: str) -> str:
    """The complaint of the TOML reader, its line where all other lines stand."""
    place = _PLACE.search(complaint)
    if place is None:
        return f"{name}: {complaint}"
    return f"{name}:{place[1]}: {complaint[: place.start()]}"


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
