"""Looking at numbers: lists, and all that is known of one."""

import sqlite3
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from coordinator.clients.names import client_names
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.factoring.parameters import MAX_DIGITS, Priority
from coordinator.http.factoring.rows import (
    AssignmentRow,
    AttemptRow,
    EffortRow,
    FoundFactor,
    assignment_row,
    attempt_row,
    effort_row,
    every_number,
    factor_row,
)
from coordinator.http.factoring.shapes import CompositeSummary, summary_of
from coordinator.http.requests.parameters import Id, PageNumber, SizeOrAll
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.tables import Tabular
from coordinator.http.responses.whole import give_whole, limit_of
from coordinator.node import Node
from coordinator.operations import searching
from core.factoring.mathematics.levels import effort
from core.factoring.state.numbers import Number, Status
from core.refusals import Unknown
from projections.factoring import factors
from projections.factoring.credit import attempts
from projections.factoring.lists import catalogue
from projections.factoring.lists.catalogue import Search, Sort

_SHOWN = 100

Length = Annotated[int | None, QueryParameter(ge=0, le=MAX_DIGITS, description="In decimal digits.")]


class CompositePage(msgspec.Struct, frozen=True):
    """One page of numbers; `as_of` is the position in the log up to which this is true."""

    composites: list[CompositeSummary]
    total: int
    page: int
    size: int
    as_of: int


class KnownPart(msgspec.Struct, frozen=True):
    """A part of the number; `times` is its exponent."""

    id: int
    composite: str
    digit_length: int
    primality: str
    status: str
    times: int


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
    request: AnyRequest,
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
    size: FromQuery[SizeOrAll] = 100,
) -> Response[CompositePage]:
    """List numbers, filtered and sorted."""
    limit = limit_of(size)
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
        size=limit or 0,
    )
    position, factoring = node.position, node.readers["factoring"]
    if limit is None:
        return give_whole(request, "composites", every_number(factoring, wanted))
    found = await searching.search(node, wanted)
    return Tabular(
        CompositePage([summary_of(number) for number in found.numbers], found.total, page, wanted.size, position)
    )


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
    known = await client_names(node.readers["clients"])
    detail = await node.readers["factoring"].query(_detail, number, known, position)
    if detail is None:
        raise Unknown(f"There is no number with the id {number}.")
    return detail


def _detail(
    connection: sqlite3.Connection, number: int, known: Mapping[int, str], position: int
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
        factors=[factor_row(f, known) for f in factors.factors_of(connection, (number, *descendants))],
        effort=[effort_row(work) for work in attempts.work_counting_for(connection, number)],
        missed={str(digits): chance for digits, chance in effort.missed(found.effort).items()},
        assignments=[assignment_row(held, known) for held in catalogue.held_on(connection, number, _SHOWN)],
        attempts=[attempt_row(attempt, known) for attempt in attempts.attempts_on(connection, number, _SHOWN)],
        history=f"/api/v1/streams/composite-{number}",
        as_of=position,
    )


def _part(part: Number, times: int) -> KnownPart:
    return KnownPart(part.id, part.value, part.digits, part.primality, part.status, times)


HANDLERS = (list_composites, show_composite)
