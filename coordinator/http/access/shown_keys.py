"""Keys as they are shown: to those who administer, and once to those whom they are for."""

import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

from coordinator.clients.names import user_names
from coordinator.node import Node
from coordinator.operations.people import People, UserNames, people
from core.access.state import Key
from core.timestamps import from_iso, to_iso
from projections.access.state import key_numbered, keys
from projections.access.users import Belongings, Users


class CreatedKey(msgspec.Struct, frozen=True):
    """A new key; this is the only time that it is shown. `user` is whose it is, `user_name` what they are called."""

    id: int
    key: str
    roles: tuple[str, ...]
    label: str
    user: str
    user_name: str
    expires_at: str | None


class KnownKey(msgspec.Struct, frozen=True):
    """A key as it stands; the key itself is kept nowhere. When it was last used is known to the hour."""

    id: int
    roles: tuple[str, ...]
    label: str
    created_at: str
    revoked_at: str | None
    user: str
    user_name: str
    expires_at: str | None
    last_used_at: str | None


class KeyList(msgspec.Struct, frozen=True):
    """Every key that was ever created."""

    keys: list[KnownKey]


async def known_keys(node: Node, used: dict[int, int]) -> KeyList:
    """Return every key as it stands; `used` says when some were used later than is recorded."""
    return listed(await node.readers["access"].query(keys), await people(node), used)


def listed(kept: Iterable[Key], who: People, used: Mapping[int, int]) -> KeyList:
    """Return keys as they are shown, in their order; `used` as above."""
    return KeyList([_shown(key, who.belongings.user(key.user), who, used) for key in kept])


def open_keys(kept: Iterable[Key], whose: Belongings) -> Mapping[str, list[int]]:
    """Return the numbers of the keys that were not revoked, by the user whose they are; a user without any is not here."""
    found: dict[str, list[int]] = {}
    for key in kept:
        if key.revoked_at is None:
            found.setdefault(whose.user(key.user), []).append(key.id)
    return found


async def created(node: Node, number: int, key: str) -> CreatedKey:
    """Return a key that was just made."""
    known, user = await node.readers["access"].query(_with_user, number)
    shown = _shown(known, user, UserNames(await user_names(node.readers["clients"])), {})
    return CreatedKey(number, key, shown.roles, shown.label, shown.user, shown.user_name, shown.expires_at)


def moment_of(text: str | None, field: str = "expires_at") -> int | None:
    """Read when something expires; None for never. `field` is what its sender calls it.

    Raises:
        BadInput: it is not a time.
    """
    return None if text is None else from_iso(text, field)


def iso_or_none(moment: int | None) -> str | None:
    """Write a time, if there is one."""
    return None if moment is None else to_iso(moment)


def _with_user(connection: sqlite3.Connection, number: int) -> tuple[Key, str]:
    """Return a key that there is, and whose it is."""
    key = key_numbered(connection, number)
    assert key is not None, "it was just made"
    return key, Users(connection).as_merged(key.user)


def _shown(key: Key, user: str, called: UserNames, used: Mapping[int, int]) -> KnownKey:
    return KnownKey(
        id=key.id,
        roles=key.roles,
        label=key.label or called.names.get(key.user, ""),
        created_at=to_iso(key.created_at),
        revoked_at=iso_or_none(key.revoked_at),
        user=user,
        user_name=called.user_name(user),
        expires_at=iso_or_none(key.expires_at),
        last_used_at=iso_or_none(max(key.used_at or 0, used.get(key.id, 0)) or None),
    )
