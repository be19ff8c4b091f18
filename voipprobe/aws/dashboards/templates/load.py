"""Reads the templates of a folder: JSON, keys, then what they must not contradict."""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from voipprobe.aws.alarms.definitions.load import shipped_folder
from voipprobe.aws.alarms.definitions.model import Definitions
from voipprobe.aws.dashboards.templates.checks import mistakes_of_template
from voipprobe.aws.dashboards.templates.model import Template
from voipprobe.model.errors import ConfigError

UNION_TAGS = frozenset({"text", "alarms", "matrix", "metric", "each"})


def load_templates(
    names: Iterable[str], definitions: Definitions, folder: Path | None = None
) -> Mapping[str, Template]:
    """The templates of these names, each `NAME.json`.

    Args:
        names: which.
        definitions: of the alarms that they show.
        folder: where they lie; None for the shipped ones.

    Raises:
        ConfigError: there is none of a name, it is not JSON, or wrong; all mistakes of a file
            are named at once.
    """
    place = folder or shipped_folder()
    return {name: _load(place, name, definitions) for name in dict.fromkeys(names)}


def _load(folder: Path, name: str, definitions: Definitions) -> Template:
    path = folder / f"{name}.json"
    known = sorted(one.stem for one in folder.glob("*.json"))
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known) or 'none'}"
        raise ConfigError(f"there is no dashboard {name!r} in {folder}: {hint}")
    try:
        return check_template(json.loads(path.read_text(encoding="utf-8")), definitions, str(path))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def check_template(document: Any, definitions: Definitions, where: str) -> Template:
    """The template in a parsed file; `where` is its name, for messages.

    Raises:
        ConfigError: wrong; all mistakes are named at once.
    """
    try:
        template = Template.model_validate(document)
    except ValidationError as error:
        rows = (f"{_key(row['loc'])}: {_told(row)}" for row in error.errors())
        raise ConfigError(f"{where}: {'; '.join(rows)}") from error
    found = [f"{key}: {told}" for key, told in mistakes_of_template(template, definitions)]
    if found:
        raise ConfigError(f"{where}: {'; '.join(found)}")
    return template


def _told(row: Mapping[str, Any]) -> str:
    return "unknown key" if row["type"] == "extra_forbidden" else str(row["msg"])


def _key(place: tuple[str | int, ...]) -> str:
    """As people write it: widgets[2].lines[1].metric."""
    text = ""
    for part in place:
        if part not in UNION_TAGS:
            text += f"[{part}]" if isinstance(part, int) else f".{part}".lstrip("" if text else ".")
    return text or "the file"
