"""Administration of who works on what: assignments, and numbers that are worked on elsewhere."""

from functools import partial
from typing import Annotated, Literal

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.factoring.parameters import Reason
from coordinator.http.middleware.client_work import AssignmentRow, Standing, row_of
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.node import Node
from coordinator.operations import reserving
from coordinator.operations.clock import expire_due
from coordinator.operations.reserving import NewReservation
from coordinator.settings import Settings
from core.clients.naming import client_name
from core.factoring.commands import EndWork
from core.factoring.decide import FACTORING
from core.timestamps import to_naive_iso
from projections.clients.state import names, number_named
from projections.factoring import holdings
from projections.factoring.holdings import Chosen, Reservation

_ENDED: dict[Standing, str] = {
    "completed": "completed",
    "abandoned": "released",
    "timeout": "expired",
    "cancelled": "revoked",
}


class ReservationRow(msgspec.Struct, frozen=True):
    """A number that is worked on elsewhere."""

    work_id: str
    composite_id: int
    client_id: str | None
    method: str
    metadata: msgspec.Raw
    reserved_at: str
    expires_at: str


class AssignmentList(msgspec.Struct, frozen=True):
    """Assignments, the newest first, and the reservations that stand."""

    assignments: list[AssignmentRow]
    reservations: list[ReservationRow]
    total: int


class EndedWork(msgspec.Struct, frozen=True):
    """An assignment or a reservation that nobody holds any more."""

    status: str
    work_id: str
    message: str


class CleanedUp(msgspec.Struct, frozen=True):
    """How many assignments had run out."""

    status: str
    cleaned_up: int
    message: str


class Reserved(msgspec.Struct, frozen=True):
    """A reservation."""

    work_id: str
    composite_id: int
    composite: str
    client_id: str
    method: str
    expires_at: str
    message: str


@get("/assignments", summary="List assignments", responses=may_answer(400))
async def list_assignments(
    node: NamedDependency[Node],
    status_filter: FromQuery[Literal[Standing, "active"] | None] = None,
    client_id: FromQuery[str | None] = None,
    limit: FromQuery[Annotated[int, QueryParameter(ge=1, le=1000)]] = 100,
) -> AssignmentList:
    """List assignments, the newest first; `active` are those that somebody holds."""
    clients, factoring = node.readers["clients"], node.readers["factoring"]
    known = await clients.query(names)
    client = None if client_id is None else await clients.query(number_named, client_id) or -1
    outcome = _ENDED.get(status_filter) if status_filter and status_filter != "active" else None
    live = True if status_filter is not None and outcome is None else None
    found = await factoring.query(holdings.choose, Chosen(client=client, live=live, outcome=outcome, limit=limit))
    rows = [row_of(one, client_name(one.assignment.client, known), node) for one in found]
    if status_filter in {"assigned", "claimed", "running"}:
        rows = [row for row in rows if row.status == status_filter]
    reserved = await factoring.query(holdings.reservations, limit)
    return AssignmentList(rows, [_reservation(one, known) for one in reserved], len(rows))


@delete("/assignments/{work:str}", status_code=200, summary="End an assignment", responses=may_answer(404, 503))
async def revoke_assignment(
    request: AnyRequest, work: FromPath[str], reason: FromQuery[Reason] = ""
) -> Response[EndedWork]:
    """End an assignment that somebody else holds; what was reported stays credited."""
    return await _end(request, EndWork(work=work, outcome="revoked", reason=reason, by_holder=False, reserved=True))


@post("/cleanup", status_code=200, summary="End assignments that have run out")
async def clean_up(node: NamedDependency[Node]) -> CleanedUp:
    """End what has run out now; it happens every second without being asked for."""
    ended = await expire_due(node, FACTORING)
    return CleanedUp("success", ended, f"{ended} assignments had run out.")


@post(
    "/reserve",
    status_code=200,
    summary="Keep a number from being assigned",
    responses=may_answer(400, 404, 409, 413, 415, 503),
)
async def reserve(
    request: AnyRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    data: JSONBody[NewReservation],
) -> Response[Reserved]:
    """Note that a number, or what is left of it, is worked on elsewhere; 409 while somebody holds it."""
    work = fresh_uuid(request)
    number, outcome = await reserving.reserve(
        node, partial(perform, request), data, work, settings.number_ceiling_digits
    )
    reserved = Reserved(
        work_id=work,
        composite_id=number.id,
        composite=number.value,
        client_id=data.client_id,
        method=data.method,
        expires_at=to_naive_iso(outcome.answer.expires_at),
        message="The number is not assigned to anybody meanwhile.",
    )
    return answered(outcome, reserved)


@post("/release/{work:str}", status_code=200, summary="End a reservation", responses=may_answer(404, 503))
async def release(request: AnyRequest, work: FromPath[str], reason: FromQuery[Reason] = "") -> Response[EndedWork]:
    """Have a number assigned again."""
    return await _end(request, EndWork(work=work, outcome="released", reason=reason, by_holder=False, reserved=True))


async def _end(request: AnyRequest, command: EndWork) -> Response[EndedWork]:
    outcome = await perform(request, command)
    how = outcome.answer.outcome or command.outcome
    return answered(outcome, EndedWork("success", command.work, f"The assignment has ended: {how}."))


def _reservation(one: Reservation, known: dict[int, str]) -> ReservationRow:
    return ReservationRow(
        work_id=one.work,
        composite_id=one.number,
        client_id=client_name(one.client, known),
        method=one.method,
        metadata=msgspec.Raw(one.metadata.encode()),
        reserved_at=to_naive_iso(one.reserved_at),
        expires_at=to_naive_iso(one.expires_at),
    )


HANDLERS = (list_assignments, revoke_assignment, clean_up, reserve, release)
