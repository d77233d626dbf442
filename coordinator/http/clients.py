"""The routes of clients: what they are called, whose their names are, and which of them are the same."""

import msgspec
from litestar import Response, Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.forgetting import forget
from coordinator.operations.people import client_meant, sealed, user_meant
from core.access.commands import GiveName, MergeClients, PartClients
from core.clients.commands import RenameClient
from core.clients.naming import check_name, stream_of


class ToForget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which client: its name, else its number as `client-5`."""

    client: str


class Forgotten(msgspec.Struct, frozen=True):
    """The number under which everything that the client did stays."""

    client: str


class Renaming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client, and the name under which it is to be shown."""

    client: str
    name: str


class Merging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client, and the one as whose its credit is to count."""

    client: str
    into: str


class Giving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client, and whose its name is to be: users by name or by number; none leaves it to the next who uses it with a key."""

    client: str
    users: list[str]


class Changed(msgspec.Struct, frozen=True):
    """The number of the client that was changed."""

    client: str


@post(
    "/forget",
    summary="Forget a client",
    status_code=200,
    responses=may_answer(404, 409, 503),
)
async def forget_client(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[ToForget]
) -> Response[Forgotten]:
    """Destroy the key under which a client's name is sealed; nothing can tell the name any more.

    The log, its chain and all figures stay as they are, under the client's number. Under the same name somebody is a new
    client from now on. Asking again changes nothing.
    """
    known, outcome = await forget(node, data.client, lambda command: perform(request, command, key=""))
    if known.name is not None:
        shared_of(request).limits.forget(known.name)
    return answered(outcome, Forgotten(stream_of(known.id)))


@post("/rename", summary="Rename a client", status_code=200, responses=may_answer(404, 409, 503))
async def rename_client(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Renaming]
) -> Response[Changed]:
    """Show a client under another name; it goes on to be known by those that it had."""
    known, name = await client_meant(node, data.client), check_name(data.name, "name")
    outcome = await perform(request, RenameClient(client=known.id, name=await sealed(node, name)))
    return answered(outcome, Changed(stream_of(known.id)))


@post("/merge", summary="Merge a client into another", status_code=200, responses=may_answer(404, 409, 503))
async def merge_clients(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Merging]) -> Response[Changed]:
    """Have the credit of one client count as another's, until they are parted; what it holds it goes on to hold."""
    known, into = await client_meant(node, data.client), await client_meant(node, data.into)
    outcome = await perform(request, MergeClients(client=known.id, into=into.id))
    return answered(outcome, Changed(stream_of(known.id)))


@post("/part", summary="Undo the merging of a client", status_code=200, responses=may_answer(404, 503))
async def part_clients(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[ToForget]) -> Response[Changed]:
    """Have a client that was merged into another stand for itself again."""
    known = await client_meant(node, data.client)
    return answered(await perform(request, PartClients(client=known.id)), Changed(stream_of(known.id)))


@post("/give", summary="Say whose a client's name is", status_code=200, responses=may_answer(404, 409, 503))
async def give_name(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Giving]) -> Response[Changed]:
    """Have a name be that of these users, and of nobody else."""
    known = await client_meant(node, data.client)
    users = tuple([await user_meant(node, user) for user in data.users])
    outcome = await perform(request, GiveName(client=known.id, users=users))
    return answered(outcome, Changed(stream_of(known.id)))


ROUTER = Router(
    "/api/v1/admin/clients",
    route_handlers=[forget_client, rename_client, merge_clients, part_clients, give_name],
    guards=[needs("admin")],
    tags=["Administration"],
)
