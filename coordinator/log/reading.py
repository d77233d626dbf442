"""Reading the log on a connection, whoever's it is."""

import sqlite3
from collections.abc import Iterator

from core.events.envelope import StoredEvent

_COLUMNS = ", ".join(StoredEvent.__struct_fields__)
_STREAM = f"SELECT {_COLUMNS} FROM events WHERE stream = ? ORDER BY version"
_CAUSES = "SELECT position, cause FROM events WHERE position > ? AND cause IS NOT NULL ORDER BY position"
_READ = f"SELECT {_COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?"


class LogReader:
    """The part of an `EventLog` that reads.

    Args:
        connection: to the log.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def read(self, after: int, limit: int) -> list[StoredEvent]:
        """Return up to `limit` events with positions greater than `after`, oldest first."""
        return [StoredEvent(*row) for row in self.connection.execute(_READ, (after, limit))]

    def stream(self, stream: str) -> list[StoredEvent]:
        """Return the events of a stream, oldest first."""
        return [StoredEvent(*row) for row in self.connection.execute(_STREAM, (stream,))]

    def causes(self, after: int) -> Iterator[tuple[int, int]]:
        """Yield (position, cause) of every event beyond a position that has a cause, oldest first."""
        yield from self.connection.execute(_CAUSES, (after,))
