"""The text of a settings file to its sections, or all of its mistakes at once.

Knows TOML and pydantic. Must not know what any section means: sections and checks come from
the room whose file it is.
"""

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from voipprobe.model.errors import ConfigError
from voipprobe.settings.lines import KeyPath, key_lines, line_of
from voipprobe.settings.words import problems

MAX_OCTETS: Final = 4 * 1024 * 1024
_PLACE: Final = re.compile(r" \(at line (\d+), column \d+\)$")

Mistake = tuple[KeyPath, str]


class Section(BaseModel):
    """A table of a file: unknown keys are errors, values are of their type exactly."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Sections = TypeVar("Sections", bound=Section)


def plain_words(errors: Iterable[ErrorDetails]) -> Iterable[Mistake]:
    """Mistakes in the words that all files share."""
    return problems(errors, {})


def file_text(path: Path) -> str:
    """What is written in a settings file.

    Raises:
        ConfigError: it cannot be read, is too large, or is no text.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_OCTETS + 1)
        if len(octets) > MAX_OCTETS:
            raise ConfigError(f"{path}: larger than {MAX_OCTETS} octets: is it the right file?")
        return octets.decode()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text: {error.reason}") from None


def parse_sections(
    text: str,
    name: str,
    kind: type[Sections],
    check: Callable[[Sections], Iterable[Mistake]],
    words: Callable[[Iterable[ErrorDetails]], Iterable[Mistake]] = plain_words,
) -> Sections:
    """What the text of a file says.

    Args:
        text: of the file.
        name: what messages call it.
        kind: its sections.
        check: mistakes that lie between the sections.
        words: what pydantic finds, for people.

    Raises:
        ConfigError: it has mistakes: all of them, one a line, each with its line and key.
    """
    document = _document(text, name)
    try:
        # by way of JSON: strict types, and lists where the sections have tuples
        sections = kind.model_validate_json(json.dumps(document, default=str), strict=True)
    except ValidationError as error:
        found = list(words(error.errors(include_url=False)))
        raise _refusal(name, text, found) from None
    found = list(check(sections))
    if found:
        raise _refusal(name, text, found)
    return sections


def key_text(path: KeyPath) -> str:
    """A key as people write it: size[1].cpus."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _document(text: str, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also a number of thousands of digits
        place = _PLACE.search(str(error))
        complaint = str(error)[: place.start()] if place else str(error)
        where = f"{name}:{place[1]}" if place else name
        raise ConfigError(f"{where}: {complaint}") from None
    except RecursionError:
        raise ConfigError(f"{name}: is nested too deeply") from None


def _refusal(name: str, text: str, found: Iterable[Mistake]) -> ConfigError:
    lines = key_lines(text)
    placed = sorted({
        (line_of(path, lines) or 0, f"{key_text(path)}: {words}") for path, words in found
    })  # fmt: skip
    return ConfigError(
        "\n".join(f"{name}:{line}: {words}" if line else f"{name}: {words}"
                  for line, words in placed)
    )  # fmt: skip
