"""The route by which a client is forgotten."""

import msgspec
from litestar import Response, Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.forgetting import forget
from core.clients.naming import stream_of


class ToForget(msgspec.Struct, frozen=True):
    """Which client: its name, else its number as `client-5`."""

    client: str


class Forgotten(msgspec.Struct, frozen=True):
    """The number under which everything that the client did stays."""

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


ROUTER = Router(
    "/api/v1/admin/clients", route_handlers=[forget_client], guards=[needs("admin")], tags=["Administration"]
)
