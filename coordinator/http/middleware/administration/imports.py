"""Moving in from the system replaced: rows of its tables, as `tallystick import-legacy` sends them."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from coordinator.http.caller import AnyRequest, caller_of
from coordinator.http.responses.problems import may_answer
from coordinator.intake.moving_in import Item, Taken, take
from coordinator.node import Node
from coordinator.setup.settings import Settings

MAX_ROWS = 500


@post("/imports", status_code=200, summary="Take over rows of the system replaced", responses=may_answer(400, 413, 503))
async def take_over(
    request: AnyRequest,
    data: JSONBody[Annotated[list[Item], Meta(max_length=MAX_ROWS)]],
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
) -> list[Taken]:
    """Take over rows, each whole or not at all; one that was taken before changes nothing.

    `tallystick import-legacy` reads dumps and sends their rows here in the order that keeps their ids.
    """
    actor = caller_of(request).actor or "operator"
    return await take(node, data, actor=actor, ceiling_digits=settings.number_ceiling_digits)


HANDLERS = (take_over,)
