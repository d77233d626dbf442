"""Which client bears which name; the one place where names stand in plain text, and only until they are forgotten."""

import sqlite3
from collections.abc import Callable

from core.clients.events import ClientNamed
from core.events.envelope import Event
from projections.runtime.answers import Answers

SCHEMA = """
CREATE TABLE clients (
    client INTEGER PRIMARY KEY,
    name TEXT UNIQUE,              -- NULL once its key is destroyed
    named_at INTEGER NOT NULL
) STRICT;
"""

_REMEMBERED = 20_000

Unseal = Callable[[str, str], str | None]
"""(seal, sealed name) → name, None when the key is no more."""


class ClientsState(Answers):
    """Implements `core.clients.naming.KnownClients`."""

    def __init__(self, connection: sqlite3.Connection, unseal: Unseal) -> None:
        super().__init__(connection)
        self._unseal = unseal
        self._known: dict[str, int] = {}

    def number_of(self, name: str) -> int | None:
        """Return the number of a client, None when it was never seen."""
        known = self._known.get(name)
        if known is None:
            known = number_named(self.connection, name)
            if known is not None and len(self._known) < _REMEMBERED:
                self._known[name] = known
        return known

    def next_number(self) -> int:
        """Return the number that the next new client gets."""
        return int(self.connection.execute("SELECT coalesce(max(client), 0) + 1 FROM clients").fetchone()[0])

    def apply(self, event: Event) -> None:
        """Fold one event."""
        if isinstance(event.fact, ClientNamed):
            fact = event.fact
            name = self._unseal(fact.seal, fact.sealed)
            self.connection.execute("INSERT INTO clients VALUES (?, ?, ?)", (fact.client, name, event.recorded_at))

    def flush(self) -> None:
        """Nothing is held back."""


def number_named(connection: sqlite3.Connection, name: str) -> int | None:
    """Return the number of a client, None when it was never seen."""
    row = connection.execute("SELECT client FROM clients WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else None


def name_of(connection: sqlite3.Connection, client: int) -> str | None:
    """Return the name of a client, None when there is none or it was forgotten."""
    row = connection.execute("SELECT name FROM clients WHERE client = ?", (client,)).fetchone()
    return row[0] if row else None


def names(connection: sqlite3.Connection) -> dict[int, str]:
    """Return the names of all clients that have not been forgotten."""
    return dict(connection.execute("SELECT client, name FROM clients WHERE name IS NOT NULL ORDER BY client"))
