"""How far a projections file has come, and which of its views stopped on the way."""

import sqlite3

import msgspec

from core.events.chain import Head
from core.events.registry import UnknownType

SCHEMA = """
CREATE TABLE checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash BLOB NOT NULL,
    corrected INTEGER NOT NULL     -- position of the newest correction that is taken into account
) STRICT;
CREATE TABLE degraded (
    view TEXT PRIMARY KEY,         -- 'state' when it is the state itself
    position INTEGER NOT NULL,     -- the event that could not be applied
    reason TEXT NOT NULL
) STRICT;
"""

STATE = "state"


class Degraded(msgspec.Struct, frozen=True):
    """A view that stopped at an event which it could not apply."""

    view: str
    position: int
    reason: str

    @property
    def is_of_newer_version(self) -> bool:
        """Whether nothing is wrong but that a newer version has recorded the event, of a type that only it knows."""
        return self.reason.startswith(UnknownType.__name__)


def start(connection: sqlite3.Connection, version: int) -> None:
    """Put a new file at the beginning of the log."""
    head = Head()
    connection.execute("INSERT INTO checkpoint VALUES (1, ?, ?, ?, 0)", (version, head.position, head.hash))


def version(connection: sqlite3.Connection) -> int | None:
    """Return the version that the file was built by, None when it has none, or is of an earlier one without corrections.

    Raises:
        sqlite3.DatabaseError: the file is damaged, or can't be read.
        UnicodeDecodeError: it is damaged.
    """
    try:
        row = connection.execute("SELECT version, corrected FROM checkpoint").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # no such table, or no such column
            raise
        return None
    return int(row[0]) if row else None


def read(connection: sqlite3.Connection) -> Head:
    """Return the head up to which the file holds the log."""
    return Head(*connection.execute("SELECT position, hash FROM checkpoint").fetchone())


def advance(connection: sqlite3.Connection, head: Head) -> None:
    """Move the checkpoint, in the transaction that holds the tables' changes."""
    connection.execute("UPDATE checkpoint SET position = ?, hash = ?", (head.position, head.hash))


def corrected(connection: sqlite3.Connection) -> int:
    """Return the position of the newest correction that the file takes into account."""
    return int(connection.execute("SELECT corrected FROM checkpoint").fetchone()[0])


def correct(connection: sqlite3.Connection, position: int) -> None:
    """Note that all corrections up to a position are taken into account."""
    connection.execute("UPDATE checkpoint SET corrected = ?", (position,))


def degrade(connection: sqlite3.Connection, stopped: Degraded) -> None:
    """Mark a view as stopped."""
    connection.execute(
        "INSERT INTO degraded VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (stopped.view, stopped.position, stopped.reason),
    )


def stopped(connection: sqlite3.Connection) -> Degraded | None:
    """Return where the state itself stopped, None when it has not."""
    row = connection.execute("SELECT view, position, reason FROM degraded WHERE view = ?", (STATE,)).fetchone()
    return Degraded(*row) if row else None


def degraded(connection: sqlite3.Connection) -> list[Degraded]:
    """Return the views that have stopped."""
    rows = connection.execute("SELECT view, position, reason FROM degraded ORDER BY view")
    return [Degraded(*row) for row in rows]
