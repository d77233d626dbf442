"""Looking at numbers: lists, and all that is known of one."""

import sqlite3
from typing import Annotated, Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from coordinator.http.caller import needs
from coordinator.http.factoring.parameters import MAX_DIGITS, Priority
from coordinator.http.factoring.shapes import CompositeSummary, b2_shown, summary_of
from coordinator.http.parameters import Id, PageNumber, PageSize
from coordinator.http.problems import may_answer
from coordinator.node import Node
from core.factoring.mathematics import effort
from core.factoring.state import Number, Status
from core.refusals import Unknown
from core.timestamps import to_iso
from projections.clients.state import names
from projections.factoring import attempts, catalogue, factors
from projections.factoring.catalogue import Held, Search, Sort

_SHOWN = 100

Length = Annotated[int | None, QueryParameter(ge=0, le=MAX_DIGITS, description="In decimal digits.")]


class CompositePage(msgspec.Struct, frozen=True):
    """One page of numbers; `as_of` is the position in the log up to which this is true."""

    composites: list[CompositeSummary]
    total: int
    page: int
    size: int
    as_of: int


class FoundFactor(msgspec.Struct, frozen=True):
    """A factor, with the curve that found it, and why that one, run so far, would not find it (`doubt`)."""

    id: int
    factor: str
    digits: int
    primality: str
    found_on: int
    method: str
    b1: int | None
    b2: int | None
    parametrization: int | None
    sigma: str | None
    group_order: str | None
    group_order_factorization: str | None
    doubt: str | None
    attempt_id: int | None
    client_id: str | None
    found_at: str
    position: int


class KnownPart(msgspec.Struct, frozen=True):
    """A part of the number; `times` is its exponent."""

    id: int
    composite: str
    digit_length: int
    primality: str
    status: str
    times: int


class EffortRow(msgspec.Struct, frozen=True):
    """Curves of one kind that count for the number; `run_on` is the number that they were run on."""

    b1: int
    b2: int | None
    parametrization: int
    curves: int
    run_on: int


class AssignmentRow(msgspec.Struct, frozen=True):
    """Work that was handed out; `status` is `live`, `completed`, `released`, `expired` or `revoked`."""

    work_id: str
    client_id: str | None
    b1: int
    b2: int | None
    parametrization: int
    curves: int
    curves_completed: int
    assigned_at: str
    expires_at: str
    status: str


class AttemptRow(msgspec.Struct, frozen=True):
    """Curves that were reported; `doubt` says why nobody could have run them."""

    id: int
    client_id: str | None
    method: str
    b1: int
    b2: int | None
    parametrization: int
    curves: int
    credited: int
    cpu_seconds: float
    program: str
    doubt: str | None
    recorded_at: str
    position: int


class CompositeDetail(msgspec.Struct, frozen=True):
    """All that is known of a number; `missed` is the chance that a factor of so many digits was missed."""

    composite: CompositeSummary
    projects: list[str]
    parts: list[KnownPart]
    part_of: list[int]
    factors: list[FoundFactor]
    effort: list[EffortRow]
    missed: dict[str, float]
    assignments: list[AssignmentRow]
    attempts: list[AttemptRow]
    history: str
    as_of: int


@get("/composites", guards=[needs("read")], summary="List numbers", responses=may_answer(400))
async def list_composites(
    node: NamedDependency[Node],
    status: FromQuery[Status | None] = None,
    project: FromQuery[str | None] = None,
    min_digits: FromQuery[Length] = None,
    max_digits: FromQuery[Length] = None,
    min_priority: FromQuery[Priority] = None,
    search: FromQuery[Annotated[str | None, QueryParameter(max_length=200)]] = None,
    sort: FromQuery[Sort] = "id",
    order: FromQuery[Literal["asc", "desc"]] = "asc",
    page: FromQuery[PageNumber] = 1,
    size: FromQuery[PageSize] = 100,
) -> CompositePage:
    """List numbers, filtered and sorted."""
    wanted = Search(
        status=status,
        project=project,
        min_digits=min_digits,
        max_digits=max_digits,
        min_priority=min_priority,
        text=search,
        sort=sort,
        descending=order == "desc",
        page=page,
        size=size,
    )
    position = node.position
    found = await node.readers["factoring"].query(catalogue.search, wanted)
    return CompositePage([summary_of(number) for number in found.numbers], found.total, page, size, position)


@get("/composites/{number:int}", guards=[needs("read")], summary="Show a number", responses=may_answer(404))
async def show_composite(node: NamedDependency[Node], number: FromPath[Id]) -> CompositeDetail:
    """Return all that is known of a number: parts, factors with the curve that found them, effort, assignments."""
    return await detail_of(node, number)


async def detail_of(node: Node, number: int) -> CompositeDetail:
    """Return all that is known of a number.

    Raises:
        Unknown: there is none of this id.
    """
    position = node.position
    known = await node.readers["clients"].query(names)
    detail = await node.readers["factoring"].query(_detail, number, known, position)
    if detail is None:
        raise Unknown(f"There is no number with the id {number}.")
    return detail


def _detail(
    connection: sqlite3.Connection, number: int, known: dict[int, str], position: int
) -> CompositeDetail | None:
    found = catalogue.number_by_id(connection, number)
    if found is None:
        return None
    ancestors, descendants = catalogue.relatives_of(connection, number)
    parts = catalogue.parts_of(connection, number)
    return CompositeDetail(
        composite=summary_of(found),
        projects=catalogue.projects_of(connection, number),
        parts=[_part(part, times) for part, times in parts],
        part_of=list(ancestors),
        factors=[_factor(f, known) for f in factors.factors_of(connection, (number, *descendants))],
        effort=_effort(connection, (number, *ancestors)),
        missed={str(digits): chance for digits, chance in effort.missed(found.effort).items()},
        assignments=[_assignment(held, known) for held in catalogue.held_on(connection, number, _SHOWN)],
        attempts=[_attempt(attempt, known) for attempt in attempts.attempts_on(connection, number, _SHOWN)],
        history=f"/api/v1/streams/composite-{number}",
        as_of=position,
    )


def _part(part: Number, times: int) -> KnownPart:
    return KnownPart(part.number, part.value, part.digits, part.primality, part.status, times)


def _effort(connection: sqlite3.Connection, numbers: tuple[int, ...]) -> list[EffortRow]:
    return [
        EffortRow(row.b1, b2_shown(row.b2), row.param, row.curves, number)
        for number in numbers
        for row in attempts.work_done_on(connection, number)
    ]


def _factor(factor: factors.Factor, known: dict[int, str]) -> FoundFactor:
    return FoundFactor(
        id=factor.factor,
        factor=factor.value,
        digits=factor.digits,
        primality=factor.primality,
        found_on=factor.number,
        method=factor.method,
        b1=factor.b1,
        b2=b2_shown(factor.b2),
        parametrization=factor.param,
        sigma=factor.sigma or None,
        group_order=factor.group_order or None,
        group_order_factorization=factor.order_factors or None,
        doubt=factor.reason or None,
        attempt_id=factor.attempt or None,
        client_id=client_name(factor.client, known),
        found_at=to_iso(factor.recorded_at),
        position=factor.position,
    )


def _assignment(held: Held, known: dict[int, str]) -> AssignmentRow:
    assignment, lease = held.assignment, held.lease
    return AssignmentRow(
        work_id=assignment.work,
        client_id=client_name(assignment.client, known),
        b1=assignment.bounds.b1,
        b2=b2_shown(assignment.bounds.b2),
        parametrization=assignment.bounds.param,
        curves=assignment.curves,
        curves_completed=assignment.completed,
        assigned_at=to_iso(assignment.assigned_at),
        expires_at=to_iso(lease.expires_at),
        status=lease.outcome or "live",
    )


def _attempt(attempt: attempts.Attempt, known: dict[int, str]) -> AttemptRow:
    return AttemptRow(
        id=attempt.attempt,
        client_id=client_name(attempt.client, known),
        method=attempt.method,
        b1=attempt.b1,
        b2=b2_shown(attempt.b2),
        parametrization=attempt.param,
        curves=attempt.curves,
        credited=attempt.credited,
        cpu_seconds=attempt.cpu_milliseconds / 1000,
        program=attempt.program,
        doubt=attempt.doubt or None,
        recorded_at=to_iso(attempt.recorded_at),
        position=attempt.position,
    )


def client_name(client: int, known: dict[int, str]) -> str | None:
    """Return a client's name, `client-5` when it is forgotten, None when there is no client."""
    return known.get(client, f"client-{client}") if client else None


HANDLERS = (list_composites, show_composite)
