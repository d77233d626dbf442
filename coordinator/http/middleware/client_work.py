"""Showing who holds or held which assignment."""

from typing import Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from coordinator.http.caller import needs
from coordinator.http.factoring.shapes import b2_shown
from coordinator.http.middleware.ecm_work import minutes_for
from coordinator.http.requests.parameters import name_in
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from core.timestamps import to_naive_iso
from projections.clients.state import number_named
from projections.factoring.assignment import holdings
from projections.factoring.assignment.holdings import Chosen, Holding

_SHOWN = 50
_DIGITS_SHOWN = 20

AssignmentStatus = Literal["assigned", "claimed", "running", "completed", "abandoned", "timeout", "cancelled"]
ENDED: dict[str, AssignmentStatus] = {
    "completed": "completed",
    "released": "abandoned",
    "expired": "timeout",
    "revoked": "cancelled",
}
"""How an assignment stands after its lease has ended so."""


class AssignmentRow(msgspec.Struct, frozen=True):
    """One assignment; the number is cut short."""

    work_id: str
    composite_id: int
    composite_number: str
    composite_digits: int
    client_id: str | None
    method: str
    b1: int
    b2: int | None
    curves_requested: int
    curves_completed: int
    status: AssignmentStatus
    priority: int
    assigned_at: str
    claimed_at: str | None
    expires_at: str
    completed_at: str | None
    estimated_time_minutes: int
    is_expired: bool


class ClientWork(msgspec.Struct, frozen=True):
    """The newest assignments of one client."""

    client_id: str
    work_assignments: list[AssignmentRow]


@get(
    "/work/status/{client_id:path}",
    guards=[needs("read", "work")],
    summary="Show a client's assignments",
    responses=may_answer(400),
)
async def show_client_work(node: NamedDependency[Node], client_id: FromPath[str]) -> ClientWork:
    """Return the newest 50 assignments of a client; none for one that was never seen."""
    name = name_in(client_id)
    client = await node.readers["clients"].query(number_named, name)
    if client is None:
        return ClientWork(name, [])
    found = await node.readers["factoring"].query(holdings.choose, Chosen(client=client, limit=_SHOWN))
    return ClientWork(name, [row_of(holding, name, node) for holding in found])


def row_of(holding: Holding, client: str | None, node: Node) -> AssignmentRow:
    """Show one assignment of a client's."""
    assignment, lease, number = holding.assignment, holding.lease, holding.number
    return AssignmentRow(
        work_id=assignment.work,
        composite_id=number.id,
        composite_number=number.value[:_DIGITS_SHOWN],
        composite_digits=number.digits,
        client_id=client,
        method=assignment.method,
        b1=assignment.bounds.b1,
        b2=b2_shown(assignment.bounds.b2),
        curves_requested=assignment.curves,
        curves_completed=assignment.done,
        status=standing_of(holding),
        priority=number.priority,
        assigned_at=to_naive_iso(assignment.assigned_at),
        claimed_at=_shown(assignment.claimed_at),
        expires_at=to_naive_iso(lease.expires_at),
        completed_at=_shown(lease.ended_at) if lease.outcome == "completed" else None,
        estimated_time_minutes=minutes_for(assignment.method, assignment.curves, assignment.bounds, number.digits),
        is_expired=lease.outcome == "expired" or (lease.outcome is None and lease.expires_at <= node.time),
    )


def standing_of(holding: Holding) -> AssignmentStatus:
    """Return how an assignment stands, in the words of the system replaced."""
    if holding.lease.outcome is not None:
        return ENDED[holding.lease.outcome]
    if holding.assignment.started_at is not None:
        return "running"
    return "assigned" if holding.assignment.claimed_at is None else "claimed"


def _shown(moment: int | None) -> str | None:
    return None if moment is None else to_naive_iso(moment)


HANDLERS = (show_client_work,)
