"""Reading the log on a connection, whoever's it is."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import starmap

from core.events.envelope import StoredEvent
from core.wording import shortened

COLUMNS = ", ".join(StoredEvent.__struct_fields__)
"""Those of the table `events`, in the order of an event's fields."""
_CAUSES = "SELECT position, cause FROM events WHERE position > ? AND cause IS NOT NULL ORDER BY position"


def no_event(asked: object, newest: int) -> str:
    """Say that there is no event at a position, and at which there are."""
    held = f"events 1 to {newest}" if newest else "no event yet"
    return f"There is no event {shortened(str(asked))}; the log holds {held}."


def chosen(connection: sqlite3.Connection, what: str, values: Sequence[object] = ()) -> list[StoredEvent]:
    """Return the events that the rest of a statement chooses, from what follows `FROM` on."""
    return list(each(connection, what, values))


def each(connection: sqlite3.Connection, what: str, values: Sequence[object] = ()) -> Iterator[StoredEvent]:
    """Yield the same one by one, so that whoever has enough reads no more."""
    return starmap(StoredEvent, connection.execute(f"SELECT {COLUMNS} FROM {what}", values))


class LogReader:
    """The part of an `EventLog` that reads.

    Args:
        connection: to the log.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def read(self, after: int, limit: int) -> list[StoredEvent]:
        """Return up to `limit` events with positions greater than `after`, oldest first."""
        return chosen(self.connection, "events WHERE position > ? ORDER BY position LIMIT ?", (after, limit))

    def stream(self, stream: str) -> list[StoredEvent]:
        """Return the events of a stream, oldest first."""
        return chosen(self.connection, "events WHERE stream = ? ORDER BY version", (stream,))

    def causes(self, after: int) -> Iterator[tuple[int, int]]:
        """Yield (position, cause) of every event beyond a position that has a cause, oldest first."""
        yield from self.connection.execute(_CAUSES, (after,))
