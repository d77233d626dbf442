"""API keys and invitations: their hashes, what they open, whose they are, and whether they still open anything."""

import sqlite3
from typing import Any

from core.access.events import (
    InvitationWithdrawn,
    Invited,
    KeyCreated,
    KeyGiven,
    KeyRevoked,
    KeysUsed,
)
from core.access.state import Invitation, Key
from core.events.envelope import Event
from projections.access import users
from projections.access.users import Users
from projections.runtime.answers import Answers

SCHEMA = f"""
CREATE TABLE keys (
    key INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,     -- SHA-256, hexadecimal
    roles TEXT NOT NULL,           -- separated by commas
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    user TEXT NOT NULL,            -- empty before it was given to one
    expires_at INTEGER,
    used_at INTEGER                -- as far as that was recorded
) STRICT;
CREATE TABLE invitations (
    invitation INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,     -- SHA-256 of what its link ends in, hexadecimal
    roles TEXT NOT NULL,
    label TEXT NOT NULL,
    user TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    key_expires_at INTEGER,
    key INTEGER NOT NULL,          -- that came of it, 0 for none
    withdrawn_at INTEGER
) STRICT;
{users.SCHEMA}"""


class AccessState(Answers):
    """Implements `core.access.state.AccessState`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._users = Users(connection)
        self._owners: dict[str, str] = {}
        self.next_user = self._users.next_number
        self.has_user = self._users.has
        self.user_as_merged = self._users.as_merged
        self.user_into = self._users.into
        self.client_as_merged = self._users.client_as_merged
        self.client_into = self._users.client_into
        self.stated_holders = self._users.stated_holders
        self.holders = self._users.holders

    def key(self, key: int) -> Key | None:
        """Return a key by its number."""
        return key_numbered(self.connection, key)

    def next_key(self) -> int:
        """Return the number that the next key gets."""
        return int(self.connection.execute("SELECT coalesce(max(key), 0) + 1 FROM keys").fetchone()[0])

    def user_of(self, actor: str | None) -> str:
        """Return the user for whom an actor acts, as they are merged; empty for an anonymous caller."""
        if actor is None:
            return ""
        owner = self._owners.get(actor)
        if owner is None:
            owner = self._owners[actor] = self._owner(actor)
        return self._users.as_merged(owner) if owner else ""

    def _owner(self, actor: str) -> str:
        kind, _, number = actor.partition("-")
        if kind == "key" and number.isdecimal():
            known = self.key(int(number))
            return known.user if known else ""
        return actor if self._users.has(actor) else ""

    def invitation(self, invitation: int) -> Invitation | None:
        """Return an invitation by its number."""
        row = self.connection.execute("SELECT * FROM invitations WHERE invitation = ?", (invitation,)).fetchone()
        return _invitation(row) if row else None

    def invitation_of(self, digest: str) -> Invitation | None:
        """Return an invitation by the hash of what its link ends in."""
        return invitation_hashed(self.connection, digest)

    def next_invitation(self) -> int:
        """Return the number that the next invitation gets."""
        row = self.connection.execute("SELECT coalesce(max(invitation), 0) + 1 FROM invitations").fetchone()
        return int(row[0])

    def apply(self, event: Event) -> None:
        """Fold one event."""
        execute, at = self.connection.execute, event.recorded_at
        match event.fact:
            case KeyCreated() as fact:
                self._create(fact, at)
            case KeyRevoked(key=key):
                execute("UPDATE keys SET revoked_at = ? WHERE key = ?", (at, key))
            case KeyGiven(key=key, user=user):
                self._users.add(user)
                execute("UPDATE keys SET user = ? WHERE key = ?", (user, key))
                self._owners.clear()
            case KeysUsed(uses=uses):
                self.connection.executemany(
                    "UPDATE keys SET used_at = ? WHERE key = ?", [(used_at, key) for key, used_at in uses]
                )
            case Invited() as fact:
                self._users.add(fact.user)
                execute(
                    "INSERT INTO invitations VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, NULL)",
                    (
                        fact.invitation,
                        fact.hash,
                        ",".join(fact.roles),
                        fact.label,
                        fact.user,
                        at,
                        fact.expires_at,
                        fact.key_expires_at,
                    ),
                )
            case InvitationWithdrawn(invitation=invitation):
                execute("UPDATE invitations SET withdrawn_at = ? WHERE invitation = ?", (at, invitation))
            case _:
                self._users.apply(event)

    def _create(self, fact: KeyCreated, at: int) -> None:
        if fact.user:
            self._users.add(fact.user)
        row = (fact.key, fact.hash, ",".join(fact.roles), fact.label, at, fact.user, fact.expires_at)
        self.connection.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL, ?, ?, NULL)", row)
        if fact.invitation:
            self.connection.execute("UPDATE invitations SET key = ? WHERE invitation = ?", (fact.key, fact.invitation))
        self._owners.clear()

    def flush(self) -> None:
        """Nothing is held back."""


def keys(connection: sqlite3.Connection) -> list[Key]:
    """Return every key that was ever created."""
    return [_key(row) for row in connection.execute("SELECT * FROM keys ORDER BY key")]


def key_numbered(connection: sqlite3.Connection, key: int) -> Key | None:
    """Return a key by its number, None when there is none."""
    row = connection.execute("SELECT * FROM keys WHERE key = ?", (key,)).fetchone()
    return _key(row) if row else None


def invitations(connection: sqlite3.Connection) -> list[Invitation]:
    """Return every invitation that was ever made."""
    return [_invitation(row) for row in connection.execute("SELECT * FROM invitations ORDER BY invitation")]


def invitation_hashed(connection: sqlite3.Connection, digest: str) -> Invitation | None:
    """Return an invitation by the hash of what its link ends in, None when there is none."""
    row = connection.execute("SELECT * FROM invitations WHERE hash = ?", (digest,)).fetchone()
    return _invitation(row) if row else None


def _key(row: tuple[Any, ...]) -> Key:
    number, digest, roles, *rest = row
    return Key(number, digest, tuple(roles.split(",")), *rest)


def _invitation(row: tuple[Any, ...]) -> Invitation:
    number, digest, roles, *rest = row
    return Invitation(number, digest, tuple(roles.split(",")), *rest)
