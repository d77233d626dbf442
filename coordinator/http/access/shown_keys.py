"""Keys as they are shown: to those who administer, and once to those whom they are for."""

from collections.abc import Iterable, Mapping

import msgspec

from coordinator.node import Node
from coordinator.operations.people import People, people
from core.access.state import Key
from core.timestamps import from_iso, to_iso
from projections.access.state import key_numbered, keys


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
    return KeyList([_shown(key, who, used) for key in kept])


async def created(node: Node, number: int, key: str) -> CreatedKey:
    """Return a key that was just made."""
    who = await people(node)
    known = await node.readers["access"].query(key_numbered, number)
    assert known is not None, "it was just made"
    shown = _shown(known, who, {})
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


def _shown(key: Key, who: People, used: Mapping[int, int]) -> KnownKey:
    user = who.belongings.user(key.user)
    return KnownKey(
        id=key.id,
        roles=key.roles,
        label=key.label or who.names.get(key.user, ""),
        created_at=to_iso(key.created_at),
        revoked_at=iso_or_none(key.revoked_at),
        user=user,
        user_name=who.user_name(user),
        expires_at=iso_or_none(key.expires_at),
        last_used_at=iso_or_none(max(key.used_at or 0, used.get(key.id, 0)) or None),
    )
