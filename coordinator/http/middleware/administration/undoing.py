"""Undoing an attempt or a factor: it stays in the log, and every table becomes what it would be without it."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, delete
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from coordinator.explaining.withdrawable import event_of_factor
from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import ordered
from coordinator.http.factoring.parameters import Reason
from coordinator.http.factoring.shapes import digits_of
from coordinator.http.requests.parameters import MAX_INTEGER, Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from coordinator.operations.correcting import withdraw
from core.bigint import abbreviate
from core.refusals import BadInput, Unknown
from projections.factoring.credit.attempts import attempt_by_id
from projections.factoring.factors import factor_by_id
from projections.factoring.lists.catalogue import number_by_id


class DeletedAttempt(msgspec.Struct, frozen=True):
    """A report that does not count any more, and the t-level of its number before and after."""

    status: str
    attempt_id: int
    composite_id: int
    old_t_level: float
    new_t_level: float
    message: str


class DeletedFactor(msgspec.Struct, frozen=True):
    """A factor that does not count any more."""

    success: bool
    factor_id: int
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
) -> Response[DeletedAttempt]:
    """Have an attempt not count any more, nor what it found; answered when every table shows so.

    `composite_id`, when it is given, must be the number that the attempt was made on.
    """
    found = await node.readers["factoring"].query(attempt_by_id, attempt)
    if found is None:
        raise Unknown(f"There is no attempt with the id {attempt}.")
    if composite_id not in {None, found.number}:
        if await node.readers["factoring"].query(number_by_id, composite_id) is None:
            raise Unknown(f"There is no number with the id {composite_id}.")
        raise BadInput(f"The attempt {attempt} was made on number {found.number}, not on number {composite_id}.")
    before = await _level_of(node, found.number)
    outcome = await withdraw(node, partial(ordered, request), (found.position,), reason)
    deleted = DeletedAttempt(
        status="deleted",
        attempt_id=attempt,
        composite_id=found.number,
        old_t_level=before,
        new_t_level=await _level_of(node, found.number),
        message="The attempt does not count any more; it stays in the log.",
    )
    return answered(outcome, deleted)


async def _level_of(node: Node, number: int) -> float:
    """Return a number's t-level; 0 when it is not on record, as one that a report brought and that went with it."""
    known = await node.readers["factoring"].query(number_by_id, number)
    return digits_of(known.t_milli) if known else 0.0


@delete(
    "/factors/{factor:int}",
    status_code=200,
    summary="Undo a factor",
    responses=may_answer(400, 404, 503),
)
async def undo_factor(
    request: AnyRequest, node: NamedDependency[Node], factor: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[DeletedFactor]:
    """Have a factor not count any more, nor the parts that it made; the curves that found it stay credited."""
    found = await node.readers["factoring"].query(factor_by_id, factor)
    if found is None:
        raise Unknown(f"There is no factor with the id {factor}.")
    position = await node.log_readers.query(event_of_factor, found.position, found.value)
    outcome = await withdraw(node, partial(ordered, request), (position,), reason)
    message = f"The factor {abbreviate(found.value)} does not count any more; it stays in the log."
    return answered(outcome, DeletedFactor(success=True, factor_id=factor, composite_id=found.number, message=message))


HANDLERS = (undo_attempt, undo_factor)
