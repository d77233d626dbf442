"""Routes of administration: machines whose reports are doubtful, and what becomes of those."""

from functools import partial
from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from coordinator.clients.names import client_names
from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import ordered
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from coordinator.operations.checks import doubting
from coordinator.operations.people import client_meant
from core.clients.naming import client_name
from core.free_text import MAX_REASON
from projections.trust.machines import doubtful


class Doubt(msgspec.Struct, frozen=True):
    """A machine whose reports, by their positions, do not count until somebody settles it."""

    client_id: str | None
    positions: list[int]


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The end of a doubt: a machine's reports stay `withdrawn`, or are `trusted` and count again."""

    client_id: Annotated[str, Meta(min_length=1, max_length=128)]
    verdict: Literal["withdrawn", "trusted"]
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""


@get("/", summary="List machines whose reports are doubtful", responses=may_answer(503))
async def list_doubts(node: NamedDependency[Node]) -> list[Doubt]:
    """Return the machines of which at least two curves were found wrong, with the reports that do not count for now."""
    known = await client_names(node.readers["clients"])
    waiting = await node.readers["trust"].query(doubtful, "heeded")
    return [Doubt(client_name(client, known), positions) for client, positions in waiting.items()]


@post("/settle", status_code=200, summary="Settle a doubt", responses=may_answer(400, 404, 409, 415, 503))
async def settle_doubt(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Verdict]) -> Doubt:
    """Have the doubtful reports of a machine stay withdrawn, or count again."""
    client = await client_meant(node, data.client_id)
    order = partial(ordered, request, content=b"", key="")
    positions = await doubting.settle(node, order, client.id, data.verdict, data.reason or data.verdict)
    known = await client_names(node.readers["clients"])
    return Doubt(client_name(client.id, known), positions)


HANDLERS = (list_doubts, settle_doubt)
