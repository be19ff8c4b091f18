"""What a run is about to make, and has made: on the disk before AWS is asked.

One JSON object a line, only ever appended to. Knows no AWS; removal goes by tags, this file says
which ids to look after as well, and what the run has cost so far.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from voipprobe.model.errors import StoreError

FILE: Final = "machines.jsonl"


class Journal:
    """The file of one run."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def write(self, event: str, **told: Any) -> None:
        """Append an event; it is on the disk when this returns.

        Raises:
            StoreError: it cannot be written: then nothing must be made.
        """
        line = json.dumps({"at": time.time(), "event": event, **told}) + "\n"
        try:
            with self._path.open("a") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise StoreError(f"{self._path}: cannot be written: {reason}") from None

    def events(self) -> Iterator[dict[str, Any]]:
        """Every event so far; a line that a crash cut off is left out."""
        if not self._path.exists():
            return
        for line in self._path.read_text().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def standing(self) -> tuple[str, ...]:
        """Ids of instances that were made and not yet seen to be gone."""
        found: list[str] = []
        for one in self.events():
            if one["event"] == "made":
                found += one["ids"]
            elif one["event"] == "gone":
                found.clear()
        return tuple(found)

    def spent_usd(self) -> float:
        """What all instances have cost so far, those that still run until now."""
        spent = 0.0
        running: list[tuple[float, float]] = []
        for one in self.events():
            if one["event"] == "making" and "usd_per_hour" in one:
                running.append((one["at"], one["usd_per_hour"]))
            elif one["event"] == "refused" and running:
                running.pop()
            elif one["event"] == "gone":
                spent += sum((one["at"] - at) * usd / 3600.0 for at, usd in running)
                running.clear()
        return spent + sum((time.time() - at) * usd / 3600.0 for at, usd in running)
