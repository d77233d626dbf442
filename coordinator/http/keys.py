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
from coordinator.node import Node
from core.access.commands import CreateKey, RevokeKey
from core.access.decide import Key
from core.access.roles import Role, parse_roles
from core.timestamps import to_iso
from projections.access.state import keys


class NewKey(msgspec.Struct, frozen=True):
    """A key to be made: the roles that it opens, and whom it is for."""

    roles: tuple[Role, ...]
    label: str = ""


class CreatedKey(msgspec.Struct, frozen=True):
    """A new key; this is the only time that it is shown."""

    id: int
    key: str
    roles: tuple[Role, ...]
    label: str


class KnownKey(msgspec.Struct, frozen=True):
    """A key as it stands; the key itself is kept nowhere."""

    id: int
    roles: tuple[str, ...]
    label: str
    created_at: str
    revoked_at: str | None


class KeyList(msgspec.Struct, frozen=True):
    """Every key that was ever created."""

    keys: list[KnownKey]


@get("/", summary="List the API keys")
async def list_keys(node: NamedDependency[Node]) -> KeyList:
    """Return every key that was ever created, revoked ones included."""
    return KeyList([_shown(key) for key in await node.readers["access"].query(keys)])


@post("/", summary="Create an API key", status_code=201)
async def create_key(request: AnyRequest, data: JSONBody[NewKey]) -> Response[CreatedKey]:
    """Create a key and return it, once."""
    roles = parse_roles(data.roles)
    key = new_key()
    outcome = await perform(request, CreateKey(hash=hash_of(key), roles=roles, label=data.label), key="")
    return answered(outcome, CreatedKey(outcome.answer.key, key, roles, data.label))


@delete("/{key:int}", summary="Revoke an API key", status_code=200, responses=may_answer(404, 409))
async def revoke_key(request: AnyRequest, key: Id) -> Response[dict[str, int]]:
    """Revoke a key; it opens nothing from now on."""
    outcome = await perform(request, RevokeKey(key=key))
    return answered(outcome, {"id": key})


def _shown(key: Key) -> KnownKey:
    revoked_at = None if key.revoked_at is None else to_iso(key.revoked_at)
    return KnownKey(key.id, key.roles, key.label, to_iso(key.created_at), revoked_at)


ROUTER = Router(
    "/api/v1/admin/keys",
    route_handlers=[list_keys, create_key, revoke_key],
    guards=[needs("admin")],
    tags=["Administration"],
)
