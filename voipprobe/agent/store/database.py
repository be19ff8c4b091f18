"""The SQLite file of the store: opened, checked, set aside when it is damaged.

Knows the tables. Must not know what is stored in them, nor when.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from voipprobe.model.errors import StoreError

FILE_NAME: Final = "store.sqlite"
VERSION: Final = 1
BUSY_S: Final = 10.0

_TABLES: Final = """
CREATE TABLE entry (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  count INTEGER NOT NULL,
  measurements BLOB NOT NULL
);
CREATE INDEX entry_at ON entry (at);
CREATE TABLE round (
  number INTEGER PRIMARY KEY,
  at REAL NOT NULL,
  work TEXT NOT NULL,
  source TEXT NOT NULL,
  destination TEXT NOT NULL,
  scenario TEXT NOT NULL,
  duration_s REAL NOT NULL,
  grade TEXT NOT NULL,
  reasons TEXT NOT NULL,
  figures TEXT NOT NULL,
  folder TEXT
);
CREATE INDEX round_path ON round (source, destination, scenario, at);
CREATE INDEX round_at ON round (at);
CREATE TABLE publisher (
  name TEXT PRIMARY KEY,
  confirmed INTEGER NOT NULL,
  dropped INTEGER NOT NULL DEFAULT 0,
  leftover BLOB
) WITHOUT ROWID;
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


def open_database(folder: Path) -> tuple[sqlite3.Connection, str | None]:
    """The store of a state folder, made when absent; and what was wrong with the old one.

    A damaged file is set aside beside the new one, so that somebody may look at it.

    Raises:
        StoreError: it cannot be opened or made, or a newer voipprobe made it.
    """
    path = folder / FILE_NAME
    with _storing(path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return _open(path, check=True), None
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # busy, full, not permitted: not damage
                raise
            aside = _set_aside(path)
            return _open(path, check=True), f"{path} was damaged ({error}): set aside as {aside}"


def connect(folder: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """One more connection to a store that is there.

    Raises:
        StoreError: there is none.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise StoreError(f"{folder} holds no {FILE_NAME}: is it the state folder of an agent?")
    with _storing(path):
        return _open(path, check=False, read_only=read_only)


@contextlib.contextmanager
def _storing(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"the store {path} cannot be used: {error}") from error


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of the block, or nothing of it.

    Raises:
        StoreError: the disk is full, or the file is damaged; nothing was changed.
    """
    try:
        database.execute("BEGIN IMMEDIATE")
        yield database
        database.execute("COMMIT")
    except sqlite3.Error as error:
        with contextlib.suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise StoreError(f"the store cannot be written: {error}") from error
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise


def is_busy(error: StoreError) -> bool:
    """Whether only somebody else held the file: nothing is full and nothing is damaged."""
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """What SQLite cannot read in the block is a StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the store cannot be read: {error}") from error


def _open(path: Path, *, check: bool, read_only: bool = False) -> sqlite3.Connection:
    mode = "ro" if read_only else "rwc"
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_S, isolation_level=None
    )
    try:
        if not read_only:
            database.execute("PRAGMA auto_vacuum = INCREMENTAL")
            database.execute("PRAGMA journal_mode = WAL")
            # what was acknowledged must also outlive a loss of power
            database.execute("PRAGMA synchronous = FULL")
        if check:
            _check(database)
        _require_version(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection) -> None:
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    if database.execute("PRAGMA user_version").fetchone()[0] == 0:
        database.executescript(f"BEGIN;{_TABLES}PRAGMA user_version = {VERSION};COMMIT;")


def _require_version(database: sqlite3.Connection, path: Path) -> None:
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if found != VERSION:
        raise StoreError(f"{path} has version {found}, and this voipprobe reads {VERSION}")


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}")
    path.rename(aside)
    with contextlib.suppress(FileNotFoundError):  # what was not yet in the file itself
        path.with_name(f"{path.name}-wal").rename(aside.with_name(f"{aside.name}-wal"))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return aside
