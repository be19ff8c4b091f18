"""What becomes too old or too much goes; what was not yet published is counted as dropped."""

import sqlite3
from pathlib import Path
from typing import Final

from voipprobe.agent.store.database import connect, reading, transaction

PUBLISHABLE_S: Final = 14 * 86400.0
"""CloudWatch takes nothing that is older."""
_CHUNK: Final = 1000


class Pruner:
    """Keeps the store within its age and size; for one thread."""

    def __init__(self, folder: Path, *, keep_s: float, max_octets: int) -> None:
        """Open the store.

        Args:
            folder: the state folder.
            keep_s: how long rounds are kept.
            max_octets: of the file.

        Raises:
            StoreError: there is none.
        """
        self._database = connect(folder)
        self._keep_s = keep_s
        self._max_octets = max_octets

    @classmethod
    def run(cls, folder: Path, *, keep_s: float, max_octets: int, now: float) -> int:
        """Open, prune and close; returns measurements dropped. Raises StoreError."""
        pruner = cls(folder, keep_s=keep_s, max_octets=max_octets)
        try:
            return pruner.prune(now)
        finally:
            pruner.close()

    def prune(self, now: float) -> int:
        """Take out what is too old at that time, or too much; returns measurements dropped.

        Raises:
            StoreError: the file cannot be read or written.
        """
        dropped = self._give_up(now - PUBLISHABLE_S)
        dropped += self._remove("at < ?", now - self._keep_s)
        with reading():
            while self._octets() > self._max_octets:
                first = self._database.execute("SELECT min(number) FROM entry").fetchone()[0]
                if first is None:
                    break
                dropped += self._remove("number < ?", first + _CHUNK)
            # a script is stepped to its end; execute() would free one page and stop
            self._database.executescript("PRAGMA incremental_vacuum")
        return dropped

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _octets(self) -> int:
        (pages,), (free,), (size,) = (
            self._database.execute(f"PRAGMA {name}").fetchone()
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def _give_up(self, before: float) -> int:
        """Confirm what nobody would take any more.

        Only up to the first entry that is young: a clock that was wrong for a while must not
        take with it what waited already.
        """
        with transaction(self._database) as database:
            limit = database.execute(
                "SELECT coalesce((SELECT min(number) FROM entry WHERE at >= ?), max(number) + 1) "
                "FROM entry",
                (before,),
            ).fetchone()[0]
            if limit is None:
                return 0
            dropped = _count_dropped(database, "number < ?", limit)
            database.execute("UPDATE publisher SET confirmed = max(confirmed, ?)", (limit - 1,))
        return dropped

    def _remove(self, where: str, limit: float) -> int:
        with transaction(self._database) as database:
            dropped = _count_dropped(database, where, limit)
            database.execute(f"DELETE FROM round WHERE {where}", (limit,))  # noqa: S608 - ours
            database.execute(f"DELETE FROM entry WHERE {where}", (limit,))  # noqa: S608 - ours
        return dropped


def _count_dropped(database: sqlite3.Connection, where: str, limit: float) -> int:
    """Note for every publisher what it will now never get; returns all of it together."""
    condition = f"e.{where}"
    rows = database.execute(
        f"SELECT p.name, sum(e.count) FROM publisher p JOIN entry e "  # noqa: S608 - ours
        f"ON e.number > p.confirmed AND {condition} GROUP BY p.name",
        (limit,),
    ).fetchall()
    for name, count in rows:
        database.execute("UPDATE publisher SET dropped = dropped + ? WHERE name = ?", (count, name))
    return sum(count for _, count in rows)
