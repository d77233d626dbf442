"""`?as_of=POSITION|TIME`: any reading address, answered from that moment of the past.

What is asked about is found once, before a handler runs; the handler is given the node as it was, and need not know.
A GET route that is given the `node` can be asked about the past, unless it says `opt=ONLY_NOW`, or works for its caller.
"""

from typing import Any, cast

from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import HTTPResponseStartEvent, Scope

from coordinator.http.admission.door import ROLES_OPTION
from coordinator.http.caller import AnyRequest
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.time.wallclock import now
from core.refusals import BadInput
from core.timestamps import to_iso

AS_OF = "as_of"
ONLY_NOW = {"only_now": True}
"""For a handler's `opt`: what it shows is not in the log."""
_READING = frozenset({"read", "admin"})
_FOR_EVER = "private, max-age=31536000, immutable"
_PARAMETER = AS_OF.encode()
_SCOPE_KEY = "past"


def knows_the_past(handler: BaseRouteHandler) -> bool:
    """Tell whether a route can be asked about the past."""
    if not isinstance(handler, HTTPRouteHandler) or "GET" not in handler.http_methods or "only_now" in handler.opt:
        return False
    roles = handler.opt[ROLES_OPTION]
    return "node" in handler.parsed_fn_signature.parameters and (not roles or not _READING.isdisjoint(roles))


async def look_back(request: AnyRequest) -> None:
    """Find the moment that a request asks about, if it does.

    Raises:
        BadInput: there is no such moment, or the address does not know the past.
    """
    query = request.scope["query_string"]
    if _PARAMETER not in query and b"%" not in query:
        return
    asked = request.query_params.getall(AS_OF, [])
    if not asked:
        return
    if request.method != "GET":
        raise BadInput("as_of asks about the past, where nothing can be changed; leave it out.")
    if not knows_the_past(request.route_handler):
        raise BadInput("as_of is not accepted here: this address knows only what is now.")
    if len(asked) > 1:
        raise BadInput(f"as_of is given {len(asked)} times; one position or time is accepted.")
    node = shared_of(request).node
    sight = await node.past.sight(asked[0], now())
    cast("dict[str, Any]", request.scope)[_SCOPE_KEY] = node.at(sight)


def past_of(scope: Scope) -> Node | None:
    """Return the node as it was at the moment that a request asks about, None when it asks about now."""
    return cast("Node | None", scope.get(_SCOPE_KEY))


def refuse_the_past(request: AnyRequest) -> None:
    """Turn away who asks to follow the past.

    Raises:
        BadInput: a moment is asked about.
    """
    if past_of(request.scope) is not None:
        raise BadInput(
            "as_of asks about the past, where nothing happens any more; what follows the log has to leave it out."
        )


def say_as_of(message: HTTPResponseStartEvent, node: Node) -> None:
    """Have an answer say of which moment it is, and be kept for ever when it will never be another."""
    assert node.moment is not None, "the node is one of the past"
    kept = node.moment.settled and message["status"] == 200
    message["headers"] = [
        *((name, value) for name, value in message["headers"] if name.lower() != b"cache-control"),
        (b"cache-control", (_FOR_EVER if kept else "no-cache").encode()),
        (b"tallystick-position", b"%d" % node.moment.position),
        (b"tallystick-time", to_iso(node.moment.recorded_at).encode()),
    ]
