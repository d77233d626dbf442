"""Administration of who works on what: assignments, and numbers that are worked on elsewhere."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from coordinator.clients.names import client_names
from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.factoring.parameters import Reason
from coordinator.http.middleware.client_work import ENDED, AssignmentRow, AssignmentStatus, row_of, standing_of
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from coordinator.operations import reserving
from coordinator.operations.reserving import NewReservation
from coordinator.operations.upkeep.clock import expire_due
from coordinator.setup.settings import Settings
from core.clients.naming import client_name
from core.factoring.commands.assignment import EndWork
from core.factoring.decide import FACTORING
from core.leases.decide import Outcome
from core.timestamps import to_naive_iso
from projections.clients.state import number_named
from projections.factoring.assignment import holdings
from projections.factoring.assignment.holdings import Chosen, Holding, Reservation

_ENDED: dict[AssignmentStatus, str] = {
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


class Filters(msgspec.Struct, frozen=True):
    """Which assignments were asked for."""

    status: str | None
    client_id: str | None


class AssignmentList(msgspec.Struct, frozen=True, kw_only=True):
    """Assignments, the newest first, and the reservations that stand."""

    assignments: list[AssignmentRow]
    total_count: int
    filters_applied: Filters
    reservations: list[ReservationRow]
    total: int


class EndedWork(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment or a reservation that nobody holds any more, and how it stood before."""

    status: Literal["cancelled", "released"]
    work_id: str
    composite_id: int
    reason: str
    previous_status: AssignmentStatus
    new_status: AssignmentStatus
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
    composite_number: str
    client_id: str
    method: str
    expires_at: str
    status: str
    message: str


@get("/assignments", summary="List assignments", responses=may_answer(400))
async def list_assignments(
    node: NamedDependency[Node],
    status_filter: FromQuery[Literal[AssignmentStatus, "active"] | None] = None,
    client_id: FromQuery[str | None] = None,
    limit: FromQuery[Annotated[int, QueryParameter(ge=1, le=1000)]] = 100,
) -> AssignmentList:
    """List assignments, the newest first; `active` are those that somebody holds."""
    clients, factoring = node.readers["clients"], node.readers["factoring"]
    known = await client_names(clients)
    client = None if client_id is None else await clients.query(number_named, client_id) or -1
    outcome = _ENDED.get(status_filter) if status_filter and status_filter != "active" else None
    live = True if status_filter is not None and outcome is None else None
    found = await factoring.query(holdings.choose, Chosen(client=client, live=live, outcome=outcome, limit=limit))
    rows = [row_of(one, client_name(one.assignment.client, known), node) for one in found]
    if status_filter in {"assigned", "claimed", "running"}:
        rows = [row for row in rows if row.status == status_filter]
    reserved = await factoring.query(holdings.reservations, limit)
    return AssignmentList(
        assignments=rows,
        total_count=len(rows),
        filters_applied=Filters(status_filter, client_id),
        reservations=[_reservation(one, known) for one in reserved],
        total=len(rows),
    )


@delete("/assignments/{work:str}", status_code=200, summary="End an assignment", responses=may_answer(404, 503))
async def revoke_assignment(
    request: AnyRequest, node: NamedDependency[Node], work: FromPath[str], reason: FromQuery[Reason] = ""
) -> Response[EndedWork]:
    """End an assignment that somebody else holds, as out of time if the reason names a timeout; what was reported counts."""
    outcome: Outcome = "expired" if "timeout" in reason.lower() else "revoked"
    return await _end(
        request, node, EndWork(lease=work, outcome=outcome, reason=reason, by_holder=False, reserved=True)
    )


@post("/cleanup", status_code=200, summary="End assignments that have run out", responses=may_answer(503))
async def clean_up(node: NamedDependency[Node]) -> CleanedUp:
    """End what has run out now; it happens every second without being asked for."""
    ended = await expire_due(node, FACTORING)
    return CleanedUp("completed", ended, f"{ended} assignments had run out.")


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
        composite_number=number.expression or number.value,
        client_id=data.client_id,
        method=data.method,
        expires_at=to_naive_iso(outcome.answer.expires_at),
        status="running",
        message="The number is not assigned to anybody meanwhile.",
    )
    return answered(outcome, reserved)


@post("/release/{work:str}", status_code=200, summary="End a reservation", responses=may_answer(404, 503))
async def release(
    request: AnyRequest, node: NamedDependency[Node], work: FromPath[str], reason: FromQuery[Reason] = ""
) -> Response[EndedWork]:
    """Have a number assigned again."""
    return await _end(
        request, node, EndWork(lease=work, outcome="released", reason=reason, by_holder=False, reserved=True)
    )


async def _end(request: AnyRequest, node: Node, command: EndWork) -> Response[EndedWork]:
    before = await node.readers["factoring"].query(holdings.held_as, command.lease)
    outcome = await perform(request, command)
    assert before is not None, f"the work {command.lease} was handed out"
    how = outcome.answer.outcome or command.outcome
    number, was = _before(before)
    ended = EndedWork(
        status="released" if command.outcome == "released" else "cancelled",
        work_id=command.lease,
        composite_id=number,
        reason=command.reason,
        previous_status=was,
        new_status=ENDED[how],
        message=f"The assignment has ended: {how}.",
    )
    return answered(outcome, ended)


def _before(held: Holding | Reservation) -> tuple[int, AssignmentStatus]:
    """Return the number that something was on, and how it stood."""
    if isinstance(held, Holding):
        return held.number.id, standing_of(held)
    return held.number, "running" if held.outcome is None else ENDED[held.outcome]


def _reservation(one: Reservation, known: Mapping[int, str]) -> ReservationRow:
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
