"""Users as they stand: whose keys and names are whose, and which users and clients were merged."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from msgspec import Struct

from core.access.events import (
    ClientsMerged,
    ClientsParted,
    NameGiven,
    NameTaken,
    UsersMerged,
    UsersParted,
)
from core.access.users import ANONYMOUS, UNNUMBERED
from core.events.envelope import Event

SCHEMA = """
CREATE TABLE users (
    user TEXT PRIMARY KEY,         -- user-3
    number INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
CREATE TABLE user_merges (
    user TEXT PRIMARY KEY,
    into_user TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE client_merges (
    client INTEGER PRIMARY KEY,
    into_client INTEGER NOT NULL
) STRICT;
CREATE TABLE holders (
    client INTEGER NOT NULL,
    user TEXT NOT NULL,            -- one of those whose name the client's is
    PRIMARY KEY (client, user)
) STRICT, WITHOUT ROWID;
"""

_REMEMBERED = 20_000

T = TypeVar("T", int, str)


class Belongings(Struct, frozen=True):
    """Keys and names by their users, after all merging.

    Attributes:
        users: every user, in the order in which they came, with the one that it is merged into itself; empty for none.
        clients: the clients that are merged, each with the one that it is.
        holders: the users whose name a client's is, by client; a client whose name is nobody's is not here.
        names: the clients whose names are a user's, alone or not, by number; a user who goes by none is not here.
        merged: the users that are merged, each with the one that it is.
    """

    users: Mapping[str, str]
    clients: Mapping[int, int]
    holders: Mapping[int, frozenset[str]]
    names: Mapping[str, list[int]]
    merged: Mapping[str, str]

    def client(self, client: int) -> int:
        """Return the client that one's credit counts as."""
        return self.clients.get(client, client)

    def user(self, user: str) -> str:
        """Return the user that one is."""
        return self.merged.get(user, user)

    def holders_of(self, client: int) -> frozenset[str]:
        """Return the users whose name a client's is; nobody's are those of anonymous callers."""
        return self.holders.get(client, frozenset({ANONYMOUS}))

    def merged_into(self, user: str) -> list[str]:
        """Return the other users that are one."""
        return [one for one, root in self.merged.items() if root == user]

    def names_of(self, user: str) -> list[int]:
        """Return the clients whose names are a user's, alone or not, by number."""
        return self.names.get(user, [])


class Users:
    """The tables in one projections file, and what decisions keep asking of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._holders: dict[int, frozenset[str]] = {}
        self._roots: dict[str, str] = {}

    def next_number(self) -> int:
        """Return the number that the next user gets."""
        return int(self._connection.execute("SELECT coalesce(max(number), 0) + 1 FROM users").fetchone()[0])

    def has(self, user: str) -> bool:
        """Tell whether there is such a user."""
        row = self._connection.execute("SELECT 1 FROM users WHERE user = ?", (user,)).fetchone()
        return row is not None or user in UNNUMBERED

    def add(self, user: str) -> None:
        """Have a user be there; one that needs no key of its own always is."""
        if user not in UNNUMBERED:
            number = int(user.removeprefix("user-"))
            self._connection.execute("INSERT OR IGNORE INTO users VALUES (?, ?)", (user, number))

    def as_merged(self, user: str) -> str:
        """Return the user that one is."""
        root = self._roots.get(user)
        if root is None:
            root = self._roots[user] = _followed(user, self.into)
        return root

    def into(self, user: str) -> str:
        """Return into which user one was merged itself; empty for none."""
        row = self._connection.execute("SELECT into_user FROM user_merges WHERE user = ?", (user,)).fetchone()
        return str(row[0]) if row else ""

    def client_as_merged(self, client: int) -> int:
        """Return the client that one is."""
        return _followed(client, self.client_into)

    def client_into(self, client: int) -> int:
        """Return into which client one was merged itself; 0 for none."""
        row = self._connection.execute("SELECT into_client FROM client_merges WHERE client = ?", (client,)).fetchone()
        return int(row[0]) if row else 0

    def stated_holders(self, client: int) -> frozenset[str]:
        """Return the users whose name a client's was said to be."""
        rows = self._connection.execute("SELECT user FROM holders WHERE client = ?", (client,))
        return frozenset(row[0] for row in rows)

    def holders(self, client: int) -> frozenset[str]:
        """Return the users whose name a client's is."""
        known = self._holders.get(client)
        if known is None:
            known = frozenset(map(self.as_merged, self.stated_holders(client)))
            if len(self._holders) < _REMEMBERED:
                self._holders[client] = known
        return known

    def apply(self, event: Event) -> None:
        """Fold one event; those that say nothing of users pass by."""
        execute = self._connection.execute
        match event.fact:
            case NameTaken(client=client, user=user):
                execute("INSERT INTO holders VALUES (?, ?)", (client, user))
                self._holders.pop(client, None)
            case NameGiven(client=client, users=users):
                execute("DELETE FROM holders WHERE client = ?", (client,))
                self._connection.executemany("INSERT INTO holders VALUES (?, ?)", [(client, user) for user in users])
                self._holders.pop(client, None)
            case UsersMerged(user=user, into=into_user):
                execute("INSERT INTO user_merges VALUES (?, ?)", (user, into_user))
                self._forget()
            case UsersParted(user=user):
                execute("DELETE FROM user_merges WHERE user = ?", (user,))
                self._forget()
            case ClientsMerged(client=client, into=into_client):
                execute("INSERT INTO client_merges VALUES (?, ?)", (client, into_client))
            case ClientsParted(client=client):
                execute("DELETE FROM client_merges WHERE client = ?", (client,))

    def _forget(self) -> None:
        self._holders.clear()
        self._roots.clear()


class Belonging(Struct, frozen=True):
    """Whose the name of one client is, after all merging.

    Attributes:
        root: the client that its credit counts as.
        same: the other clients whose credit counts as its own.
        holders: the users whose name it is; that of anonymous callers for nobody's.
    """

    root: int
    same: list[int]
    holders: frozenset[str]


def belongings(connection: sqlite3.Connection) -> Belongings:
    """Return what belongs to whom."""
    into = _merges_of_users(connection)
    users = [row[0] for row in connection.execute("SELECT user FROM users ORDER BY number")]
    merged = _ends(into, "")
    holders: dict[int, set[str]] = {}
    for client, user in connection.execute("SELECT client, user FROM holders"):
        holders.setdefault(client, set()).add(merged.get(user, user))
    names: dict[str, list[int]] = {}
    for client in sorted(holders):
        for user in holders[client]:
            names.setdefault(user, []).append(client)
    return Belongings(
        users={user: into.get(user, "") for user in _each([*users, *into, *sorted(names)])},
        clients=_merged_clients(connection),
        holders={client: frozenset(users) for client, users in holders.items()},
        names=names,
        merged=merged,
    )


def belonging_of(connection: sqlite3.Connection, client: int) -> Belonging:
    """Return whose the name of one client is, without a look at those of others that are not merged."""
    clients = _merged_clients(connection)
    return Belonging(
        root=clients.get(client, client),
        same=[one for one, root in clients.items() if root == client],
        holders=holders_of(connection, [client])[client],
    )


def holders_of(connection: sqlite3.Connection, clients: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return the users whose name each of some clients' is; nobody's are those of anonymous callers."""
    users = Users(connection)
    return {client: users.holders(client) or frozenset({ANONYMOUS}) for client in clients}


def under_all_names(connection: sqlite3.Connection, users: Iterable[str]) -> frozenset[str]:
    """Return some users with all that are merged into them."""
    asked = frozenset(users)
    return asked.union(one for one, root in _ends(_merges_of_users(connection), "").items() if root in asked)


def _merges_of_users(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT user, into_user FROM user_merges"))


def _merged_clients(connection: sqlite3.Connection) -> dict[int, int]:
    return _ends(dict(connection.execute("SELECT client, into_client FROM client_merges")), 0)


def _ends(into: Mapping[T, T], nobody: T) -> dict[T, T]:
    """Return who each is that is merged into another, after all merging."""
    return {one: _followed(one, lambda at: into.get(at, nobody)) for one in into}


def _each(users: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(users))


def _followed(one: T, into: Callable[[T], T]) -> T:
    """Follow mergings to their end; decisions let none go round."""
    while following := into(one):
        one = following
    return one
