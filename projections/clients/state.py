"""Which client bears which name; the one place where names stand in plain text, and only until they are forgotten."""

import sqlite3
from collections.abc import Callable

from core.clients.decide import Client
from core.clients.events import ClientForgotten, ClientNamed
from core.events.envelope import Event
from projections.runtime.answers import Answers

SCHEMA = """
CREATE TABLE clients (
    client INTEGER PRIMARY KEY,
    name TEXT UNIQUE,              -- NULL once its key is destroyed
    seal TEXT NOT NULL,            -- id of that key
    named_at INTEGER NOT NULL,
    forgotten_at INTEGER           -- NULL unless its key had to be destroyed
) STRICT;
"""

_REMEMBERED = 20_000

Unseal = Callable[[str, str], str | None]
"""(seal, sealed name) → name, None when the key is no more."""


class ClientsState(Answers):
    """Implements `core.clients.decide.ClientsState`."""

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

    def client(self, client: int) -> Client | None:
        """Return a client by its number."""
        return client_numbered(self.connection, client)

    def next_number(self) -> int:
        """Return the number that the next new client gets."""
        return int(self.connection.execute("SELECT coalesce(max(client), 0) + 1 FROM clients").fetchone()[0])

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        if isinstance(fact, ClientNamed):
            name = self._unseal(fact.seal, fact.sealed)
            self.connection.execute(
                "INSERT INTO clients VALUES (?, ?, ?, ?, NULL)", (fact.client, name, fact.seal, event.recorded_at)
            )
        elif isinstance(fact, ClientForgotten):
            self._known = {name: number for name, number in self._known.items() if number != fact.client}
            self.connection.execute(
                "UPDATE clients SET name = NULL, forgotten_at = ? WHERE client = ?", (event.recorded_at, fact.client)
            )

    def flush(self) -> None:
        """Nothing is held back."""


def number_named(connection: sqlite3.Connection, name: str) -> int | None:
    """Return the number of a client, None when it was never seen."""
    row = connection.execute("SELECT client FROM clients WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else None


def named_like(connection: sqlite3.Connection, text: str, limit: int) -> list[tuple[int, str]]:
    """Return the numbers and names of clients whose names contain a text, whatever the case of its letters."""
    rows = connection.execute(
        "SELECT client, name FROM clients WHERE instr(lower(name), lower(?)) > 0 ORDER BY client LIMIT ?", (text, limit)
    )
    return [tuple(row) for row in rows]


def client_numbered(connection: sqlite3.Connection, client: int) -> Client | None:
    """Return a client by its number, None when there was never one."""
    row = connection.execute(
        "SELECT client, name, seal, named_at, forgotten_at FROM clients WHERE client = ?", (client,)
    ).fetchone()
    return Client(*row) if row else None


def forgotten_seals(connection: sqlite3.Connection) -> list[str]:
    """Return the ids of the keys that must not be there any more."""
    return [row[0] for row in connection.execute("SELECT seal FROM clients WHERE forgotten_at IS NOT NULL")]


def name_of(connection: sqlite3.Connection, client: int) -> str | None:
    """Return the name of a client, None when there is none or it was forgotten."""
    row = connection.execute("SELECT name FROM clients WHERE client = ?", (client,)).fetchone()
    return row[0] if row else None


def names(connection: sqlite3.Connection) -> dict[int, str]:
    """Return the names of all clients that have not been forgotten."""
    return dict(connection.execute("SELECT client, name FROM clients WHERE name IS NOT NULL ORDER BY client"))
