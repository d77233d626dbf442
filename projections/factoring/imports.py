"""Which rows of the system replaced were taken over."""

import sqlite3

from core.events.envelope import Event
from core.factoring.import_events import AttemptImported, CompositeImported

SCHEMA = """
CREATE TABLE imported (
    origin TEXT PRIMARY KEY,       -- fingerprint of the row
    id INTEGER NOT NULL            -- of the number or the attempt that it became
) STRICT, WITHOUT ROWID;
"""


def apply(event: Event, connection: sqlite3.Connection) -> bool:
    """Fold one event; return whether it was of this kind."""
    fact = event.fact
    if not isinstance(fact, CompositeImported | AttemptImported):
        return False
    became = fact.number if isinstance(fact, CompositeImported) else fact.attempt
    connection.execute("INSERT INTO imported VALUES (?, ?)", (fact.origin, became))
    return True


def imported(connection: sqlite3.Connection, origin: str) -> int | None:
    """Return what a row became, None when it was never taken."""
    row = connection.execute("SELECT id FROM imported WHERE origin = ?", (origin,)).fetchone()
    return int(row[0]) if row else None
