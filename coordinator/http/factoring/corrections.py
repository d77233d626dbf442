"""Undoing an attempt or a factor: it stays in the log, and every table becomes what it would be without it."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from coordinator.http.commanding import AnyRequest, perform
from coordinator.http.factoring.correcting import withdrawing
from coordinator.http.factoring.parameters import Reason
from coordinator.http.parameters import MAX_INTEGER, Id
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.node import Node
from coordinator.operations.rebuilding import rebuild
from coordinator.writer.batch import Outcome
from core.factoring.curation.shelving import MAX_REASON
from core.refusals import Conflict, Unknown
from projections.factoring.attempts import attempt_by_id
from projections.factoring.factors import factor_by_id

MAX_POSITIONS = 1_000
"""How many events one correction names, at most."""
_CONTEXT = "factoring"
_BETWEEN_TRIES_SECONDS = 0.25


class Undone(msgspec.Struct, frozen=True):
    """Something that does not count any more."""

    status: str
    id: int
    composite_id: int
    message: str


class WantedCorrection(msgspec.Struct, frozen=True):
    """Which events do not count any more, and why."""

    positions: Annotated[list[Annotated[int, Meta(ge=1, le=MAX_INTEGER)]], Meta(min_length=1, max_length=MAX_POSITIONS)]
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""


class Corrected(msgspec.Struct, frozen=True):
    """Events that do not count any more, and the position of the correction's newest event."""

    status: str
    positions: list[int]
    reason: str
    position: int


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

    Nothing is written about factoring until the tables have been built anew. `composite_id`, when it is given, must be
    the number that the attempt was made on.
    """
    found = await node.readers[_CONTEXT].query(attempt_by_id, attempt)
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
    found = await node.readers[_CONTEXT].query(factor_by_id, factor)
    if found is None:
        raise Unknown(f"There is no factor with the id {factor}.")
    undone = Undone("success", factor, found.number, "The factor does not count any more.")
    return await _withdraw(request, node, found.position, reason, undone)


async def _withdraw(request: AnyRequest, node: Node, position: int, reason: str, undone: Undone) -> Response[Undone]:
    return answered(await withdraw(request, node, (position,), reason), undone)


@post("/corrections", status_code=200, summary="Withdraw events", responses=may_answer(400, 404, 409, 415, 503))
async def correct(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[WantedCorrection]
) -> Response[Corrected]:
    """Have attempts and factors not count any more, nor what followed from them; answered when every table shows so.

    Named are positions of `factoring.curves_run`, `.attempt_made`, `.prior_work_declared` and `.factor_found` events. Curves
    that were run on a part which vanishes with its factor move to the number that it was a part of.
    """
    positions = sorted(set(data.positions))
    outcome = await withdraw(request, node, positions, data.reason)
    return answered(outcome, Corrected("success", positions, data.reason, outcome.position))


async def withdraw(request: AnyRequest, node: Node, positions: Sequence[int], reason: str) -> Outcome:
    """Have attempts and factors, by the positions of their events, not count any more; every table shows so then."""
    outcome = await perform(request, await withdrawing(node, positions, reason))
    while True:
        try:
            await rebuild(node, _CONTEXT)
        except Conflict:  # a rebuild that began before the correction does not take it into account
            await asyncio.sleep(_BETWEEN_TRIES_SECONDS)
        else:
            return outcome


HANDLERS = (undo_attempt, undo_factor, correct)
