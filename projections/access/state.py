"""API keys: their hashes, roles, and whether they still open anything."""

import sqlite3

from core.access.decide import Key
from core.access.events import KeyCreated, KeyRevoked
from core.events.envelope import Event
from projections.runtime.answers import Answers

SCHEMA = """
CREATE TABLE keys (
    key INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,     -- SHA-256, hexadecimal
    roles TEXT NOT NULL,           -- separated by commas
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
"""


class AccessState(Answers):
    """Implements `core.access.decide.AccessState`."""

    def key(self, key: int) -> Key | None:
        """Return a key by its number."""
        row = self.connection.execute("SELECT * FROM keys WHERE key = ?", (key,)).fetchone()
        return _key(row) if row else None

    def next_key(self) -> int:
        """Return the number that the next key gets."""
        return int(self.connection.execute("SELECT coalesce(max(key), 0) + 1 FROM keys").fetchone()[0])

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        if isinstance(fact, KeyCreated):
            self.connection.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL)",
                (fact.key, fact.hash, ",".join(fact.roles), fact.label, event.recorded_at),
            )
        elif isinstance(fact, KeyRevoked):
            self.connection.execute("UPDATE keys SET revoked_at = ? WHERE key = ?", (event.recorded_at, fact.key))

    def flush(self) -> None:
        """Nothing is held back."""


def keys(connection: sqlite3.Connection) -> list[Key]:
    """Return every key that was ever created."""
    return [_key(row) for row in connection.execute("SELECT * FROM keys ORDER BY key")]


def _key(row: tuple[int, str, str, str, int, int | None]) -> Key:
    number, digest, roles, label, created_at, revoked_at = row
    return Key(number, digest, tuple(roles.split(",")), label, created_at, revoked_at)
