"""The routes of API keys."""

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.keyring import hash_of, new_key
from coordinator.http.parameters import Id
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.people import People, key_command, people
from core.access.commands import RenewKey, RevokeKey
from core.access.roles import Role, parse_roles
from core.access.state import Key
from core.timestamps import from_iso, to_iso
from projections.access.state import key_numbered, keys


class NewKey(msgspec.Struct, frozen=True):
    """A key to be made: what it opens, whose it is, and how long it lasts.

    Attributes:
        roles: what it opens.
        label: which of the user's keys it is; without `user` it names the user.
        user: a name, or a number such as `user-3`; a name that nobody has makes a user.
        expires_at: from when on it opens nothing.
    """

    roles: tuple[Role, ...]
    label: str = ""
    user: str = ""
    expires_at: str | None = None


class Renewal(msgspec.Struct, frozen=True):
    """The end of the new key, if it has one."""

    expires_at: str | None = None


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


@get("/", summary="List the API keys")
async def list_keys(request: AnyRequest, node: NamedDependency[Node]) -> KeyList:
    """Return every key that was ever created, revoked ones included."""
    return await known_keys(node, shared_of(request).door.keyring.used)


async def known_keys(node: Node, used: dict[int, int]) -> KeyList:
    """Return every key as it stands; `used` says when some were used later than is recorded."""
    who = await people(node)
    return KeyList([_shown(key, who, used) for key in await node.readers["access"].query(keys)])


@post("/", summary="Create an API key", status_code=201, responses=may_answer(404, 409))
async def create_key(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[NewKey]) -> Response[CreatedKey]:
    """Create a key and return it, once; its user is made too, unless there is one of that name."""
    key = new_key()
    expires_at = moment_of(data.expires_at)
    command = await key_command(node, hash_of(key), parse_roles(data.roles), data.label, data.user, expires_at)
    outcome = await perform(request, command, key="")
    return answered(outcome, await created(node, outcome.answer.key, key))


@post("/{key:int}/renewal", summary="Renew an API key", status_code=201, responses=may_answer(404, 409))
async def renew_key(
    request: AnyRequest, node: NamedDependency[Node], key: Id, data: JSONBody[Renewal]
) -> Response[CreatedKey]:
    """Create another key for the same user, with the same roles and label, and return it, once.

    The names that the user goes by are the new key's too. The old one opens what it did until it is revoked.
    """
    fresh = new_key()
    command = RenewKey(key=key, hash=hash_of(fresh), expires_at=moment_of(data.expires_at))
    outcome = await perform(request, command, key="")
    return answered(outcome, await created(node, outcome.answer.key, fresh))


@delete("/{key:int}", summary="Revoke an API key", status_code=200, responses=may_answer(404, 409))
async def revoke_key(request: AnyRequest, key: Id) -> Response[dict[str, int]]:
    """Revoke a key; it opens nothing from now on."""
    outcome = await perform(request, RevokeKey(key=key))
    return answered(outcome, {"id": key})


async def created(node: Node, number: int, key: str) -> CreatedKey:
    """Return a key that was just made."""
    who = await people(node)
    known = await node.readers["access"].query(key_numbered, number)
    assert known is not None, "it was just made"
    shown = _shown(known, who, {})
    return CreatedKey(number, key, shown.roles, shown.label, shown.user, shown.user_name, shown.expires_at)


def moment_of(text: str | None) -> int | None:
    """Read when something expires; None for never.

    Raises:
        BadInput: it is no time.
    """
    return None if text is None else from_iso(text)


def iso_or_none(moment: int | None) -> str | None:
    """Write a time, if there is one."""
    return None if moment is None else to_iso(moment)


def _shown(key: Key, who: People, used: dict[int, int]) -> KnownKey:
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


ROUTER = Router(
    "/api/v1/admin/keys",
    route_handlers=[list_keys, create_key, renew_key, revoke_key],
    guards=[needs("admin")],
    tags=["Administration"],
)
