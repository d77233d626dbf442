"""The routes of shares and deadlines."""

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from coordinator.operations.sharing import Shares, deadline_command, known_shares, share_command


class NewShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share to be given to a project, by its name.

    Attributes:
        project: its name.
        weight: against those of other projects, of which each has 1 unless it was said; null leaves it as it is.
        deadline: until when it shall be done; empty for no such time, null leaves it as it is.
    """

    project: str
    weight: int | None = None
    deadline: str | None = None


class NewDeadline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when a number shall be done; null for no such time."""

    number: int
    deadline: str | None


@get("/shares", guards=[needs("read")], summary="List shares and deadlines")
async def list_shares(node: NamedDependency[Node]) -> Shares:
    """Return by which weight each project gets work, what it was given within the last hour, and what has a deadline."""
    return await known_shares(node)


@post("/shares", status_code=200, summary="Give a project a weight or a deadline", responses=may_answer(404, 503))
async def set_share(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[NewShare]) -> Response[Shares]:
    """Give a project work by a weight, and first of all in the day before a deadline."""
    outcome = await perform(request, await share_command(node, data.project, data.weight, data.deadline), key="")
    return answered(outcome, await known_shares(node))


@post("/deadlines", status_code=200, summary="Give a number a deadline", responses=may_answer(404, 503))
async def set_deadline(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[NewDeadline]
) -> Response[Shares]:
    """Have a number, with what is left of it, worked on first of all in the day before a time."""
    outcome = await perform(request, deadline_command(data.number, data.deadline), key="")
    return answered(outcome, await known_shares(node))


HANDLERS = (list_shares,)
ADMINISTRATION = (set_share, set_deadline)
