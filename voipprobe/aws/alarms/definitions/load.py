"""Reads a definitions file: TOML, keys, then what they must not contradict."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

import voipprobe
from voipprobe.aws.alarms.definitions.checks import mistakes_of
from voipprobe.aws.alarms.definitions.model import (
    NAME,
    NAME_PATTERN,
    AlarmDefinition,
    Definitions,
    MetricUse,
    RegionDefinition,
)
from voipprobe.model.errors import ConfigError

_Model = TypeVar("_Model", bound=BaseModel)


def shipped_folder() -> Path:
    """Where ours lie: in the package once installed, beside it in a checkout."""
    package = Path(voipprobe.__file__).parent
    installed = package / "dashboards"
    return installed if installed.is_dir() else package.parent / "dashboards"


def shipped_definitions() -> Path:
    """The file of the shipped alarms."""
    return shipped_folder() / "alarms.toml"


def load_definitions(path: Path) -> Definitions:
    """The definitions in a file.

    Raises:
        ConfigError: unreadable, not TOML, or wrong; all mistakes are named at once.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return check_definitions(table, str(path))


def check_definitions(table: Mapping[str, Any], where: str) -> Definitions:
    """The definitions in a parsed file.

    Args:
        table: what TOML made of it.
        where: its name, for messages.

    Raises:
        ConfigError: wrong; all mistakes are named at once.
    """
    mistakes = [f"{key}: unknown key" for key in table.keys() - Definitions.model_fields.keys()]
    alarms = dict(_read(table, "alarm", AlarmDefinition, mistakes))
    regions = dict(_read(table, "region", RegionDefinition, mistakes))
    given = table.get("alarm", {})  # a broken one is told of once, not again where it is named
    definitions = Definitions.model_construct(alarm=alarms, region=regions)
    mistakes += [f"{key}: {mistake}" for key, mistake in mistakes_of(definitions, given)]
    if mistakes:
        raise ConfigError(f"{where}: {'; '.join(mistakes)}")
    return definitions


def _read(
    table: Mapping[str, Any], key: str, model: type[_Model], mistakes: list[str]
) -> Iterator[tuple[str, _Model]]:
    """Every definition of one kind that is in order; what is wrong with others is noted."""
    found = table.get(key, {})
    if not isinstance(found, dict):
        mistakes.append(f"{key}: should be tables, [{key}.NAME]")
        return
    for name, row in found.items():
        if re.fullmatch(NAME_PATTERN, name) is None:
            mistakes.append(f"{key}.{name}: a name is {NAME}")
        try:
            yield name, model.model_validate(row)
        except ValidationError as error:
            mistakes += [f"{key}.{name}.{told}" for told in _told(error, model)]


def _told(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    for row in error.errors():
        key = ".".join(map(str, row["loc"]))
        if row["type"] != "extra_forbidden":
            yield f"{key}: {row['msg']}"
            continue
        fields = MetricUse.model_fields if len(row["loc"]) > 1 else model.model_fields
        near = get_close_matches(str(row["loc"][-1]), fields, n=1)
        yield f"{key}: unknown key" + (f"; did you mean {near[0]!r}?" if near else "")
