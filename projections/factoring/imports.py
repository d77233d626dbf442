"""Which rows of the system replaced were taken over."""

import sqlite3
from collections.abc import Callable, Sequence

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.events.imports import AttemptImported, CompositeImported, FactorImported

SCHEMA = """
CREATE TABLE imported (
    origin TEXT PRIMARY KEY,       -- fingerprint of the row
    id INTEGER NOT NULL            -- of the number or the attempt that it became
) STRICT, WITHOUT ROWID;
"""

DATED: frozenset[type[Fact]] = frozenset({AttemptImported, FactorImported})
"""By these it is told when something happened that was taken over."""


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


def moments(events: Sequence[Event]) -> Callable[[Event], int]:
    """Return what tells when something happened: as it was recorded, or as a row of the system replaced says.

    Args:
        events: whole commands; one that takes over a row says so in an event of its own.
    """
    said = {
        event.stored.correlation: event.stored.occurred_at
        for event in events
        if type(event.fact) in DATED and event.stored.occurred_at is not None
    }

    def moment(event: Event) -> int:
        return said.get(event.stored.correlation, event.recorded_at) if said else event.recorded_at

    return moment
