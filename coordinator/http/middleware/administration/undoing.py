"""Undoing an attempt or a factor: it stays in the log, and every table becomes what it would be without it."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, delete
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from coordinator.explaining.naming import event_of_factor
from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import ordered
from coordinator.http.factoring.parameters import Reason
from coordinator.http.parameters import MAX_INTEGER, Id
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.node import Node
from coordinator.operations.correcting import withdraw
from core.refusals import Unknown
from projections.factoring.attempts import attempt_by_id
from projections.factoring.factors import factor_by_id


class Undone(msgspec.Struct, frozen=True):
    """Something that does not count any more."""

    status: str
    id: int
    composite_id: int
    message: str


@delete(
    "/attempts/{attempt:int}",
    status_code=200,
    summary="Undo an attempt",
    responses=may_answer(400, 404, 503),
)
async def undo_attempt(
    request: AnyRequest,
    node: NamedDependency[Node],
    attempt: FromPath[Id],
    composite_id: FromQuery[Annotated[int | None, QueryParameter(ge=1, le=MAX_INTEGER)]] = None,
    reason: FromQuery[Reason] = "",
) -> Response[Undone]:
    """Have an attempt not count any more, nor what it found; answered when every table shows so.

    `composite_id`, when it is given, must be the number that the attempt was made on.
    """
    found = await node.readers["factoring"].query(attempt_by_id, attempt)
    if found is None:
        raise Unknown(f"There is no attempt with the id {attempt}.")
    if composite_id not in {None, found.number}:
        raise Unknown(f"The attempt {attempt} was made on number {found.number}, not on number {composite_id}.")
    undone = Undone("success", attempt, found.number, "The attempt does not count any more.")
    return await _withdraw(request, node, found.position, reason, undone)


@delete(
    "/factors/{factor:int}",
    status_code=200,
    summary="Undo a factor",
    responses=may_answer(400, 404, 503),
)
async def undo_factor(
    request: AnyRequest, node: NamedDependency[Node], factor: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[Undone]:
    """Have a factor not count any more, nor the parts that it made; the curves that found it stay credited."""
    found = await node.readers["factoring"].query(factor_by_id, factor)
    if found is None:
        raise Unknown(f"There is no factor with the id {factor}.")
    undone = Undone("success", factor, found.number, "The factor does not count any more.")
    position = await node.log_readers.query(event_of_factor, found.position, found.value)
    return await _withdraw(request, node, position, reason, undone)


async def _withdraw(request: AnyRequest, node: Node, position: int, reason: str, undone: Undone) -> Response[Undone]:
    return answered(await withdraw(node, partial(ordered, request), (position,), reason), undone)


HANDLERS = (undo_attempt, undo_factor)
