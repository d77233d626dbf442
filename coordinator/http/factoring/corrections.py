"""Corrections: events that do not count any more, while they stay in the log."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import ordered
from coordinator.http.requests.parameters import MAX_INTEGER
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from coordinator.operations.correcting import MAX_POSITIONS, withdraw
from core.free_text import MAX_REASON


class WantedCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which events do not count any more, or with `undo` count again, and why."""

    positions: Annotated[list[Annotated[int, Meta(ge=1, le=MAX_INTEGER)]], Meta(min_length=1, max_length=MAX_POSITIONS)]
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""
    undo: bool = False


class Corrected(msgspec.Struct, frozen=True):
    """Events that do not count any more, and the position of the correction's newest event."""

    status: str
    positions: list[int]
    reason: str
    position: int


@post("/corrections", status_code=200, summary="Withdraw events", responses=may_answer(400, 404, 409, 415, 503))
async def correct(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[WantedCorrection]
) -> Response[Corrected]:
    """Have attempts and factors not count any more; answered when every table is as if they had never been reported.

    Named are positions of `factoring.curves_run`, `.attempt_made`, `.prior_work_declared` and `.factor_found` events. What was
    reported on a part that vanishes with its factor counts for the number of which it was a part. With `undo` they count again.
    """
    positions = sorted(set(data.positions))
    outcome = await withdraw(node, partial(ordered, request), positions, data.reason, reinstate=data.undo)
    return answered(outcome, Corrected("success", positions, data.reason, outcome.position))
