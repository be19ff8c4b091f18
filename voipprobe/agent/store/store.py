"""The writing side: rounds and measurements in, measurements out to publishers.

Every entry has a number; each publisher has the number up to which it has confirmed. What was
partly delivered is kept apart as its leftover, so that nothing confirmed is sent twice.
A connection belongs to one thread: each thread opens a store of its own.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from voipprobe.agent.store.database import connect, open_database, reading, transaction
from voipprobe.agent.store.packing import pack, unpack_or_none
from voipprobe.agent.store.records import Entry, Round, Spooled
from voipprobe.model.measurement import Measurement


class Store:
    """One connection to the store of an agent."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    def create(cls, folder: Path) -> tuple["Store", str | None]:
        """The store of a state folder; and what was wrong with the file that was there.

        Raises:
            StoreError: it cannot be used.
        """
        database, complaint = open_database(folder)
        return cls(database), complaint

    @classmethod
    def again(cls, folder: Path) -> "Store":
        """One more connection, for another thread. Raises StoreError."""
        return cls(connect(folder))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def add(self, measurements: Sequence[Measurement], at: float, found: Round | None) -> int:
        """Store what was measured, durably; returns the number of the entry.

        Args:
            measurements: to be published.
            at: epoch seconds by which the entry becomes old.
            found: the round that they are of, for the history.

        Raises:
            StoreError: nothing was stored.
        """
        with transaction(self._database) as database:
            number = database.execute(
                "INSERT INTO entry (at, count, measurements) VALUES (?, ?, ?)",
                (at, len(measurements), pack(measurements)),
            ).lastrowid
            assert number is not None  # noqa: S101 - an INSERT has one
            if found is not None:
                database.execute(
                    "INSERT INTO round VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (number, found.at, found.work, found.path.source, found.path.destination,
                     found.path.scenario, found.duration_s, found.grade.value,
                     json.dumps(found.reasons), json.dumps(found.figures), found.folder),
                )  # fmt: skip
        return number

    def register(self, publishers: Iterable[str]) -> None:
        """Know these publishers and no others; a new one begins with what comes from now on."""
        with transaction(self._database) as database:
            names = list(publishers)
            last = database.execute("SELECT coalesce(max(number), 0) FROM entry").fetchone()[0]
            for name in names:
                database.execute(
                    "INSERT OR IGNORE INTO publisher (name, confirmed) VALUES (?, ?)", (name, last)
                )
            marks = ",".join("?" * len(names))
            database.execute(f"DELETE FROM publisher WHERE name NOT IN ({marks})", names)  # noqa: S608 - only question marks

    def leftover(self, publisher: str) -> tuple[Measurement, ...]:
        """What of confirmed entries is still to be delivered; none where it is damaged.

        Raises:
            StoreError: the file cannot be read.
        """
        with reading():
            row = self._database.execute(
                "SELECT leftover FROM publisher WHERE name = ?", (publisher,)
            ).fetchone()
        return (unpack_or_none(row[0]) or ()) if row and row[0] else ()

    def waiting(self, publisher: str, most: int) -> list[Entry]:
        """The next entries that a publisher has not confirmed, oldest first.

        Raises:
            StoreError: the file cannot be read.
        """
        with reading():
            rows = self._database.execute(
                "SELECT number, count, measurements FROM entry WHERE number > "
                "(SELECT confirmed FROM publisher WHERE name = ?) ORDER BY number LIMIT ?",
                (publisher, most),
            ).fetchall()
        return [_entry(*row) for row in rows]

    def confirm(
        self, publisher: str, number: int | None, leftover: Sequence[Measurement], dropped: int = 0
    ) -> None:
        """Remember what was delivered.

        Args:
            publisher: who delivered.
            number: of the last entry that was handed over; None for the leftover alone.
            leftover: what of it all must be tried again.
            dropped: measurements that were refused for good.
        """
        with transaction(self._database) as database:
            database.execute(
                "UPDATE publisher SET confirmed = max(confirmed, ?), leftover = ?, "
                "dropped = dropped + ? WHERE name = ?",
                (number or 0, pack(leftover) if leftover else None, dropped, publisher),
            )

    def spooled(self) -> list[Spooled]:
        """How every publisher stands. Raises StoreError: the file cannot be read."""
        with reading():
            rows = self._database.execute(
                "SELECT p.name, p.dropped, p.leftover, coalesce(sum(e.count), 0), min(e.at) "
                "FROM publisher p LEFT JOIN entry e ON e.number > p.confirmed GROUP BY p.name"
            ).fetchall()
        return [_spooled(*row) for row in rows]

    def put_fact(self, name: str, value: str) -> None:
        """Remember something about the agent itself."""
        with transaction(self._database) as database:
            database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))


def _entry(number: int, count: int, blob: bytes) -> Entry:
    found = unpack_or_none(blob)
    if found is None:  # one damaged entry must not hold up all that follow
        return Entry(number=number, measurements=(), lost=count)
    return Entry(number=number, measurements=found)


def _spooled(
    name: str, dropped: int, leftover: bytes | None, depth: int, oldest_at: float | None
) -> Spooled:
    left = (unpack_or_none(leftover) or ()) if leftover else ()
    known = [one.at for one in left] + ([oldest_at] if oldest_at is not None else [])
    return Spooled(
        publisher=name,
        depth=depth + len(left),
        oldest_at=min(known, default=None),
        dropped=dropped,
    )
