"""The reading side: rounds and measurements of the past, while an agent writes."""

import json
from collections.abc import Iterator
from pathlib import Path as Folder
from typing import Any

from voipprobe.agent.store.database import connect, reading
from voipprobe.agent.store.packing import unpack_or_none
from voipprobe.agent.store.records import Grade, Round, Spooled
from voipprobe.agent.store.store import Store
from voipprobe.model.measurement import Measurement
from voipprobe.model.path import Path

_ROUND = (
    "SELECT work, source, destination, scenario, at, duration_s, grade, reasons, figures, folder "
    "FROM round"
)


class History:
    """What the store of a state folder holds; read only.

    Every method raises StoreError where the file cannot be read.
    """

    def __init__(self, folder: Folder) -> None:
        """Open it. Raises StoreError: there is none, or it cannot be read."""
        self._database = connect(folder, read_only=True)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def rounds(self, since: float, until: float = float("inf")) -> Iterator[Round]:
        """Rounds that began in that time (epoch seconds), oldest first."""
        return map(
            _round,
            self._rows(f"{_ROUND} WHERE at >= ? AND at < ? ORDER BY at, number", since, until),
        )

    def newest(self) -> list[Round]:
        """The newest round of every piece of work."""
        newest = "SELECT max(number) FROM round GROUP BY work"
        return [
            _round(row) for row in self._rows(f"{_ROUND} WHERE number IN ({newest}) ORDER BY work")
        ]

    def measurements(self, since: float, until: float = float("inf")) -> Iterator[Measurement]:
        """Everything that was measured in that time, oldest entry first; not what is damaged."""
        rows = self._rows(
            "SELECT measurements FROM entry WHERE at >= ? AND at < ? ORDER BY number", since, until
        )
        return (one for (blob,) in rows for one in unpack_or_none(blob) or ())

    def _rows(self, query: str, *values: float) -> Iterator[tuple[Any, ...]]:
        with reading():
            yield from self._database.execute(query, values)

    def spooled(self) -> list[Spooled]:
        """How every publisher stands."""
        return Store(self._database).spooled()

    def facts(self) -> dict[str, str]:
        """What the agent last said of itself."""
        return dict(self._rows("SELECT name, value FROM fact"))


def _round(row: tuple[Any, ...]) -> Round:
    work, source, destination, scenario, at, duration_s, grade, reasons, figures, folder = row
    return Round(
        work=work,
        path=Path(source=source, destination=destination, scenario=scenario),
        at=at,
        duration_s=duration_s,
        grade=Grade(grade),
        reasons=tuple(json.loads(reasons)),
        figures=json.loads(figures),
        folder=folder,
    )
