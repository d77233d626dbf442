"""Administration of who works on what: assignments, and numbers that are worked on elsewhere."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from coordinator.http.commanding import AnyRequest, fresh_uuid, node_of, perform
from coordinator.http.factoring.holdings import AssignmentRow, Standing, row_of
from coordinator.http.factoring.parameters import Reason
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.node import Node
from coordinator.operations.clock import expire_due
from coordinator.settings import Settings
from coordinator.writer.batch import Outcome
from core.clients.naming import client_name
from core.factoring.answers import LeaseAnswer
from core.factoring.commands import EndWork, ReserveWork
from core.factoring.decide import FACTORING
from core.refusals import Unknown
from core.timestamps import to_naive_iso
from projections.clients.state import names, number_named
from projections.factoring import holdings, standing
from projections.factoring.holdings import Chosen, Reservation

_ENDED: dict[Standing, str] = {
    "completed": "completed",
    "abandoned": "released",
    "timeout": "expired",
    "cancelled": "revoked",
}

Method = Literal["nfs", "snfs", "gnfs", "other"]
_encode = msgspec.json.Encoder(order="deterministic").encode


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


class NewReservation(msgspec.Struct, frozen=True, kw_only=True):
    """A number, by its id, value or an expression, that is worked on elsewhere."""

    composite_identifier: str | int
    client_id: str
    method: Method
    duration_hours: Annotated[int, Meta(ge=1, le=8_760)] = 168
    metadata: dict[str, Any] | None = None


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
    return await _end(request, EndWork(work=work, outcome="revoked", reason=reason, by_holder=False))


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
async def reserve(request: AnyRequest, data: JSONBody[NewReservation]) -> Response[Reserved]:
    """Note that a number, or what is left of it, is worked on elsewhere; 409 while somebody holds it."""
    outcome, reserved = await note_reservation(request, data)
    return answered(outcome, reserved)


async def note_reservation(request: AnyRequest, data: NewReservation) -> tuple[Outcome, Reserved]:
    """Note that a number is worked on elsewhere.

    Raises:
        Unknown: there is no such number.
        Conflict: somebody holds it.
    """
    settings: Settings = request.app.state.settings
    text = str(data.composite_identifier)
    factoring = node_of(request).readers["factoring"]
    number = await factoring.query(standing.meant, text, settings.number_ceiling_digits)
    if number is None:
        raise Unknown(f"There is no number {text[:60]!r}; its id, its value or an expression for it is accepted.")
    work = fresh_uuid(request)
    command = ReserveWork(
        work=work,
        number=number.id,
        method=data.method,
        metadata=_encode(data.metadata or {}).decode(),
        lease_seconds=data.duration_hours * 3600,
    )
    outcome = await perform(request, command, client=data.client_id)
    assert isinstance(outcome.answer, LeaseAnswer)
    reserved = Reserved(
        work_id=work,
        composite_id=number.id,
        composite=number.value,
        client_id=data.client_id,
        method=data.method,
        expires_at=to_naive_iso(outcome.answer.expires_at),
        message="The number is not assigned to anybody meanwhile.",
    )
    return outcome, reserved


@post("/release/{work:str}", status_code=200, summary="End a reservation", responses=may_answer(404, 503))
async def release(request: AnyRequest, work: FromPath[str], reason: FromQuery[Reason] = "") -> Response[EndedWork]:
    """Have a number assigned again."""
    return await _end(request, EndWork(work=work, outcome="released", reason=reason, by_holder=False))


async def _end(request: AnyRequest, command: EndWork) -> Response[EndedWork]:
    outcome = await perform(request, command)
    assert isinstance(outcome.answer, LeaseAnswer)
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
