"""The routes of API keys."""

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.access.shown_keys import CreatedKey, KeyList, created, known_keys, moment_of
from coordinator.http.admission.keyring import hash_of, new_key
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.people import key_command
from core.access.commands import RenewKey, RevokeKey
from core.access.roles import Role, parse_roles


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


class Renewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The end of the new key, if it has one."""

    expires_at: str | None = None


@get("/", summary="List the API keys")
async def list_keys(request: AnyRequest, node: NamedDependency[Node]) -> KeyList:
    """Return every key that was ever created, revoked ones included."""
    return await known_keys(node, shared_of(request).door.keyring.used)


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


ROUTER = Router(
    "/api/v1/admin/keys",
    route_handlers=[list_keys, create_key, renew_key, revoke_key],
    guards=[needs("admin")],
    tags=["Administration"],
)
