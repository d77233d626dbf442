"""The routes that pause, drain and resume, and that tell what is paused."""

from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Meta

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from coordinator.operations import steering
from coordinator.operations.steering import Of, StandingPause
from core.free_text import MAX_REASON


class Steering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A target to pause, drain or resume: everything, or a kind of work, a project or a client by its name."""

    of: Of
    name: str = ""
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""


class Steered(msgspec.Struct, frozen=True):
    """The result.

    Attributes:
        changed: whether it is otherwise than before.
        message: how it stands, in words.
        pause: the pause, as it stands; null when there is none.
    """

    changed: bool
    message: str
    pause: StandingPause | None


class Pauses(msgspec.Struct, frozen=True):
    """Everything that is paused."""

    pauses: list[StandingPause]


@get("/api/v1/pauses", guards=[needs("read")], summary="List what is paused", tags=["System"])
async def list_pauses(node: NamedDependency[Node]) -> Pauses:
    """Return what no work is handed out for, the widest first."""
    return Pauses(await steering.standing(node))


def _pausing(path: str, summary: str, description: str, *, drains: bool) -> HTTPRouteHandler:
    """Make the route that pauses, or drains."""

    async def pause(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Steering]) -> Response[Steered]:
        target = await steering.target_meant(node, data.of, data.name)
        outcome = await perform(request, steering.pause_command(target, data.reason, drains=drains), key="")
        found = await steering.standing_of(node, target)
        said = found.sentence if found else "It was resumed meanwhile."
        already = "" if outcome.position else " It was so already: nothing has changed, and the first reason stands."
        return answered(outcome, Steered(bool(outcome.position), f"{said}{already}", found))

    pause.__doc__ = description
    return post(path, status_code=200, summary=summary, responses=may_answer(400, 404, 503), description=description)(
        pause
    )


pause = _pausing(
    "/pause",
    "Pause everything, a kind, a project or a client",
    "Hand out no more work, and have those who hold some stop: they hear of it with their next heartbeat, finish the curve"
    " that runs or give it up after half a minute, report what is done and hand the rest back.",
    drains=False,
)
drain = _pausing(
    "/drain",
    "Drain everything, a kind, a project or a client",
    "Hand out no more work, and let those who hold some finish it.",
    drains=True,
)


@post("/resume", status_code=200, summary="Resume what was paused", responses=may_answer(400, 404, 503))
async def resume(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Steering]) -> Response[Steered]:
    """Hand out work again; whoever waits for some hears of it at once."""
    target = await steering.target_meant(node, data.of, data.name)
    outcome = await perform(request, steering.resume_command(target), key="")
    others = [one for one in await steering.standing(node) if one.of == "everything"]
    called = steering.spoken(target.of, target.name)
    said = f"{called} is resumed." if outcome.position else f"{called} was not paused: nothing has changed."
    said += f" But {others[0].sentence[0].lower()}{others[0].sentence[1:]}" if others else ""
    return answered(outcome, Steered(bool(outcome.position), said, None))


ROUTER = Router(
    "/api/v1/admin", route_handlers=[pause, drain, resume], guards=[needs("admin")], tags=["Administration"]
)
