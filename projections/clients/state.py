"""Names of clients and users; the one place where names stand in plain text, and only until they are forgotten."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec

from core.clients.decide import Client
from core.clients.events import ClientForgotten, ClientNamed, ClientRenamed, UserForgotten, UserNamed, UserRenamed
from core.clients.naming import stream_of
from core.events.envelope import Event
from core.free_text import as_seen
from projections.runtime.answers import Answers

SCHEMA = """
CREATE TABLE clients (
    client INTEGER PRIMARY KEY,
    name TEXT UNIQUE,              -- NULL once its key is destroyed
    seal TEXT NOT NULL,            -- id of that key
    named_at INTEGER NOT NULL,
    forgotten_at INTEGER,          -- NULL unless its key had to be destroyed
    since INTEGER NOT NULL         -- position from which it is called so
) STRICT;
CREATE INDEX clients_by_since ON clients (since);
CREATE TABLE aliases (             -- names that clients were shown under before, and still go by
    name TEXT PRIMARY KEY,
    client INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE user_names (
    user TEXT PRIMARY KEY,
    name TEXT,                     -- NULL once its key is destroyed
    since INTEGER NOT NULL         -- position from which it is called so
) STRICT, WITHOUT ROWID;
CREATE INDEX user_names_by_since ON user_names (since);
CREATE TABLE seals (               -- of names that did not come with a client
    seal TEXT PRIMARY KEY,         -- id of the key
    bearer TEXT NOT NULL,          -- client-5 or user-3
    forgotten INTEGER NOT NULL     -- 1 when the key had to be destroyed
) STRICT, WITHOUT ROWID;
"""

_REMEMBERED = 20_000

Bearer = TypeVar("Bearer", int, str)

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

    def client_name(self, client: int) -> str:
        """Return what a client is called: the name, `client-5` for one that is forgotten."""
        return name_of(self.connection, client) or stream_of(client)

    def user_name(self, user: str) -> str:
        """Return what a user is called: the name, `user-3` for one without."""
        return user_named(self.connection, user)

    def users_named(self, name: str) -> list[str]:
        """Return the users whose names are seen as one is."""
        return users_named(self.connection, name)

    def apply(self, event: Event) -> None:
        """Fold one event."""
        execute, at, position = self.connection.execute, event.recorded_at, event.position
        match event.fact:
            case ClientNamed(client=client, seal=seal, sealed=sealed):
                row = client, self._unseal(seal, sealed), seal, at, position
                execute("INSERT INTO clients VALUES (?, ?, ?, ?, NULL, ?)", row)
            case ClientRenamed() as fact:
                self._rename(fact, position)
            case UserNamed(user=user, seal=seal, sealed=sealed) | UserRenamed(user=user, seal=seal, sealed=sealed):
                self._keep(seal, user)
                execute(
                    "INSERT INTO user_names VALUES (?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET name = excluded.name, since = excluded.since",
                    (user, self._unseal(seal, sealed), position),
                )
            case ClientForgotten(client=client):
                self._known = {name: number for name, number in self._known.items() if number != client}
                execute(
                    "UPDATE clients SET name = NULL, forgotten_at = ?, since = ? WHERE client = ?",
                    (at, position, client),
                )
                execute("DELETE FROM aliases WHERE client = ?", (client,))
                self._forget(stream_of(client))
            case UserForgotten(user=user):
                execute("UPDATE user_names SET name = NULL, since = ? WHERE user = ?", (position, user))
                self._forget(user)

    def _rename(self, fact: ClientRenamed, position: int) -> None:
        """Show a client under a name from a position on; one that can't be read any more leaves the one before."""
        execute = self.connection.execute
        self._keep(fact.seal, stream_of(fact.client))
        name, before = self._unseal(fact.seal, fact.sealed), name_of(self.connection, fact.client)
        if name is None:
            return
        execute("DELETE FROM aliases WHERE name = ?", (name,))
        execute("UPDATE clients SET name = ?, since = ? WHERE client = ?", (name, position, fact.client))
        if before is not None:
            execute("INSERT OR REPLACE INTO aliases VALUES (?, ?)", (before, fact.client))

    def _keep(self, seal: str, bearer: str) -> None:
        self.connection.execute("INSERT INTO seals VALUES (?, ?, 0)", (seal, bearer))

    def _forget(self, bearer: str) -> None:
        self.connection.execute("UPDATE seals SET forgotten = 1 WHERE bearer = ?", (bearer,))

    def flush(self) -> None:
        """Nothing is held back."""


def number_named(connection: sqlite3.Connection, name: str) -> int | None:
    """Return the number of a client, None when it was never seen."""
    row = connection.execute(
        "SELECT client FROM clients WHERE name = ? UNION ALL SELECT client FROM aliases WHERE name = ?", (name, name)
    ).fetchone()
    return int(row[0]) if row else None


def numbers_named(connection: sqlite3.Connection, names: Iterable[str]) -> tuple[int, ...]:
    """Return the numbers of clients, in the order of their names, without those that were never seen."""
    numbers = numbers_by_name(connection, asked := list(names))
    return tuple(numbers[name] for name in asked if name in numbers)


def numbers_by_name(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of clients by the names that they are asked for by, without those that were never seen."""
    rows = connection.execute(
        "WITH asked AS (SELECT value AS name FROM json_each(?))"
        " SELECT name, client FROM asked CROSS JOIN clients USING (name)"
        " UNION ALL SELECT name, client FROM asked CROSS JOIN aliases USING (name)",
        (msgspec.json.encode(list(names)).decode(),),
    )
    return dict(rows)


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
    rows = connection.execute(
        "SELECT seal FROM clients WHERE forgotten_at IS NOT NULL UNION ALL SELECT seal FROM seals WHERE forgotten"
    )
    return [row[0] for row in rows]


def name_of(connection: sqlite3.Connection, client: int) -> str | None:
    """Return the name of a client, None when there is none or it was forgotten."""
    row = connection.execute("SELECT name FROM clients WHERE client = ?", (client,)).fetchone()
    return row[0] if row else None


class Naming(msgspec.Struct, Generic[Bearer], frozen=True, gc=False):
    """A client, by number, or a user, as `user-3`, that is called so since a position; None when no name is left."""

    bearer: Bearer
    name: str | None
    since: int


def clients_named_since(connection: sqlite3.Connection, position: int) -> list[Naming[int]]:
    """Return the clients that are called otherwise since after a position, in the order of these changes."""
    rows = connection.execute("SELECT client, name, since FROM clients WHERE since > ? ORDER BY since", (position,))
    return [Naming(*row) for row in rows]


def users_named_since(connection: sqlite3.Connection, position: int) -> list[Naming[str]]:
    """Return the users that are called otherwise since after a position, in the order of these changes."""
    rows = connection.execute("SELECT user, name, since FROM user_names WHERE since > ? ORDER BY since", (position,))
    return [Naming(*row) for row in rows]


def also_named(connection: sqlite3.Connection, client: int) -> list[str]:
    """Return the names that a client was shown under before, and still goes by."""
    return [row[0] for row in connection.execute("SELECT name FROM aliases WHERE client = ? ORDER BY name", (client,))]


def user_named(connection: sqlite3.Connection, user: str) -> str:
    """Return what a user is called: the name, `user-3` for one without."""
    row = connection.execute("SELECT name FROM user_names WHERE user = ?", (user,)).fetchone()
    return row[0] if row and row[0] is not None else user


def user_names(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the names of all users that have one."""
    return dict(connection.execute("SELECT user, name FROM user_names WHERE name IS NOT NULL"))


def users_named(connection: sqlite3.Connection, name: str) -> list[str]:
    """Return the users whose names are seen as one is; earlier versions let several bear the same."""
    seen = as_seen(name)
    named = connection.execute("SELECT user, name FROM user_names WHERE name IS NOT NULL ORDER BY user")
    return [user for user, called in named if as_seen(called) == seen]


def users_named_like(connection: sqlite3.Connection, text: str, limit: int) -> list[tuple[str, str]]:
    """Return the users whose names contain a text, whatever the case of its letters, with these names."""
    rows = connection.execute(
        "SELECT user, name FROM user_names WHERE instr(lower(name), lower(?)) > 0 ORDER BY user LIMIT ?", (text, limit)
    )
    return [tuple(row) for row in rows]
