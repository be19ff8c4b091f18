"""Reads a scripted series of measurements: TOML with repetitions, or one JSON object a line.

Knows both formats and the catalogue. Must not know alarms.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.errors import ConfigError
from voipprobe.model.measurement import Measurement

Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Times = Annotated[int, Field(strict=True, ge=1)]


class Row(BaseModel):
    """A measurement, or the same one again and again.

    Attributes:
        metric: its name in the catalogue.
        dimensions: their values by name.
        at: epoch seconds of the first. samples: (value, how often).
        every_s: seconds from one to the next. times: how many.
        unit: the catalogue's, as an agent's JSON lines have it; not looked at.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str
    dimensions: dict[str, str]
    at: Annotated[Finite, Field(ge=0)]
    samples: Annotated[list[tuple[Finite, Times]], Field(min_length=1)]
    unit: str | None = None
    every_s: Annotated[Finite, Field(gt=0)] = 60.0
    times: Annotated[Times, Field(le=1_000_000)] = 1

    def measurements(self) -> Iterator[Measurement]:
        """All that it stands for.

        Raises:
            ConfigError: the catalogue has no such metric, or not with these dimensions.
        """
        metric = CATALOGUE.get(self.metric)
        if metric is None:
            raise ConfigError(f"there is no metric {self.metric!r}")
        if set(self.dimensions) != set(metric.dimensions):
            wanted = ", ".join(metric.dimensions)
            raise ConfigError(f"{self.metric} has the dimensions {wanted}")
        dimensions = tuple((name, self.dimensions[name]) for name in metric.dimensions)
        for index in range(self.times):
            yield Measurement(
                metric=self.metric,
                dimensions=dimensions,
                at=self.at + index * self.every_s,
                samples=tuple(self.samples),
            )


def read_series(path: Path) -> tuple[Measurement, ...]:
    """The measurements in a file.

    Args:
        path: `.toml` with [[measurement]] tables; anything else is one JSON object a line.

    Raises:
        ConfigError: unreadable or wrong; all mistakes are named at once, each with its place.
    """
    try:
        text = path.read_text(encoding="utf-8")
        rows = _toml(text) if path.suffix == ".toml" else _lines(text)
        return _measurements(path, rows)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _toml(text: str) -> Iterator[tuple[str, Any]]:
    table = tomllib.loads(text)
    for index, row in enumerate(table.get("measurement", []), 1):
        yield f"measurement {index}", row
    for key in table.keys() - {"measurement"}:
        yield key, None


def _lines(text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except json.JSONDecodeError:
                yield f"line {number}", None


def _measurements(path: Path, rows: Iterable[tuple[str, Any]]) -> tuple[Measurement, ...]:
    found: list[Measurement] = []
    mistakes: list[str] = []
    for where, row in rows:
        try:
            found += Row.model_validate(row).measurements()
        except ValidationError as error:
            told = (f"{'.'.join(map(str, r['loc'])) or 'it'}: {r['msg']}" for r in error.errors())
            mistakes.append(f"{where}: {', '.join(told)}")
        except ConfigError as error:
            mistakes.append(f"{where}: {error}")
    if mistakes:
        raise ConfigError(f"{path}: {'; '.join(mistakes)}")
    return tuple(found)
