"""Finding a number, and all that an administrator sees of it.

What the pages of the system replaced read of a number stands under their names, beside what every reader is shown.
"""

import sqlite3
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from msgspec.structs import asdict

from coordinator.clients.names import client_names
from coordinator.http.caller import AnyRequest
from coordinator.http.factoring.composites import CompositeDetail, detail_of
from coordinator.http.factoring.rows import FoundFactor
from coordinator.http.factoring.shapes import CompositeSummary, b2_shown, level_or_null, summary_of
from coordinator.http.middleware.client_work import AssignmentRow, row_of
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from coordinator.operations import searching
from coordinator.setup.settings import Settings
from core.bigint import abbreviate
from core.clients.naming import client_name
from core.refusals import Unknown
from core.timestamps import to_naive_iso
from projections.factoring.assignment import holdings
from projections.factoring.assignment.holdings import Chosen
from projections.factoring.credit import attempts
from projections.factoring.credit.attempts import Attempt
from projections.factoring.lists import catalogue
from projections.factoring.lists.catalogue import Search
from projections.factoring.wholes import standing

_FOUND = 100
_RECENT = 10


class AdminSummary(CompositeSummary, frozen=True, kw_only=True):
    """A number, and what is left of it when its known prime factors are divided out."""

    current_composite: str
    has_snfs_form: bool
    snfs_difficulty: int | None
    prior_t_level: float | None
    is_complete: bool
    is_fully_factored: bool
    is_active: bool


class ProgressSoFar(msgspec.Struct, frozen=True):
    """The reports on a number."""

    total_attempts: int
    total_ecm_curves: int
    pm1_attempts: int
    factors_found: list[str]


class ActiveWork(msgspec.Struct, frozen=True):
    """An assignment that somebody holds."""

    id: str
    client_id: str | None
    method: str
    b1: int
    b2: int | None
    curves_requested: int
    curves_completed: int
    status: str
    expires_at: str


class RecentAttempt(msgspec.Struct, frozen=True):
    """A report."""

    id: int
    method: str
    b1: int
    b2: int | None
    parametrization: int
    curves_completed: int
    created_at: str
    client_id: str | None


class KnownFactor(msgspec.Struct, frozen=True):
    """A factor, with the curve that found it."""

    factor: str
    sigma: str | None
    method: str
    group_order: str | None
    group_order_factorization: str | None
    is_prime: bool


class AdminDetail(CompositeDetail, frozen=True, kw_only=True):
    """All that is known of a number."""

    composite: AdminSummary
    progress: ProgressSoFar
    active_work: list[ActiveWork]
    recent_attempts: list[RecentAttempt]
    all_factors: list[KnownFactor]
    factors_with_group_orders: list[KnownFactor]


_LEADS_ON = {302: ResponseSpec(None, generate_examples=False, description="It is shown at the address in Location")}


class FoundComposites(msgspec.Struct, frozen=True):
    """Numbers that fit; the one that is meant exactly comes first."""

    composites: list[CompositeSummary]


@get("/find", summary="Find a number", responses=may_answer(400, 404) | _LEADS_ON)
async def find_composites(
    request: AnyRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    q: FromQuery[Annotated[str, QueryParameter(min_length=1, max_length=20_000)]],
) -> Response[FoundComposites] | Redirect:
    """Lead to the number that an id, its value or an expression means; who accepts JSON is given all that fit."""
    factoring = node.readers["factoring"]
    meant = await factoring.query(standing.meant, q, settings.number_ceiling_digits)
    if not _accepts(request, "application/json"):
        if meant is None:
            raise Unknown(f"No number on record is {abbreviate(q.strip())}.")
        return Redirect(f"/api/v1/admin/composites/{meant.id}/details", status_code=302)
    page = await searching.search(node, Search(text=q.strip()[:200], size=_FOUND))
    others = [number for number in page.numbers if meant is None or number.id != meant.id]
    return Response(FoundComposites([summary_of(number) for number in ([meant] if meant else []) + others]))


@get("/{number:int}", summary="Show a number to its administrator", responses=may_answer(404))
async def show_to_admin(node: NamedDependency[Node], number: FromPath[Id]) -> AdminDetail:
    """Return all that is known of a number, a deleted one included."""
    return await _detail(node, number)


@get("/{number:int}/details", summary="Show a number's details", responses=may_answer(404) | _LEADS_ON)
async def show_details(
    request: AnyRequest, node: NamedDependency[Node], number: FromPath[Id]
) -> Response[AdminDetail] | Redirect:
    """Return all that is known of a number; a browser is sent to its page."""
    if _accepts(request, "text/html"):
        return Redirect(f"/api/v1/dashboard/composites/{number}/details")
    return Response(await _detail(node, number))


async def _detail(node: Node, number: int) -> AdminDetail:
    detail = await detail_of(node, number)
    known = await client_names(node.readers["clients"])
    found = [_factor(factor) for factor in detail.factors]
    composite, progress, recent = await node.readers["factoring"].query(_more, detail, known)
    held = await node.readers["factoring"].query(holdings.choose, Chosen(number=number, live=True))
    ours: dict[str, Any] = {name: getattr(detail, name) for name in detail.__struct_fields__}
    return AdminDetail(
        **ours | {"composite": composite},
        progress=progress,
        active_work=[_active(row_of(one, client_name(one.assignment.client, known), node)) for one in held],
        recent_attempts=recent,
        all_factors=found,
        factors_with_group_orders=[one for one in found if one.group_order],
    )


def _more(
    connection: sqlite3.Connection, detail: CompositeDetail, known: Mapping[int, str]
) -> tuple[AdminSummary, ProgressSoFar, list[RecentAttempt]]:
    number = catalogue.numbers_by_id(connection, [detail.composite.id])[detail.composite.id]
    stands = standing.standing_of(connection, number)
    composite = AdminSummary(
        **asdict(detail.composite),
        current_composite=stands.current,
        has_snfs_form=stands.snfs_difficulty is not None,
        snfs_difficulty=stands.snfs_difficulty,
        prior_t_level=level_or_null(stands.prior_milli),
        is_complete=number.shelf == "complete",
        is_fully_factored=not stands.left,
        is_active=not number.shelf,
    )
    made = attempts.count_by_method(connection, number.id)
    progress = ProgressSoFar(
        total_attempts=sum(made.values()),
        total_ecm_curves=sum(row.curves for row in detail.effort),
        pm1_attempts=made.get("pm1", 0),
        factors_found=[str(factor) for factor in sorted({int(factor.factor) for factor in detail.factors})],
    )
    return composite, progress, [_recent(row, known) for row in attempts.attempts_on(connection, number.id, _RECENT)]


def _active(row: AssignmentRow) -> ActiveWork:
    return ActiveWork(
        id=row.work_id,
        client_id=row.client_id,
        method=row.method,
        b1=row.b1,
        b2=row.b2,
        curves_requested=row.curves_requested,
        curves_completed=row.curves_completed,
        status=row.status,
        expires_at=row.expires_at,
    )


def _recent(row: Attempt, known: Mapping[int, str]) -> RecentAttempt:
    return RecentAttempt(
        id=row.id,
        method=row.method,
        b1=row.b1,
        b2=b2_shown(row.b2),
        parametrization=row.param,
        curves_completed=row.curves,
        created_at=to_naive_iso(row.recorded_at),
        client_id=client_name(row.client, known),
    )


def _factor(row: FoundFactor) -> KnownFactor:
    return KnownFactor(
        factor=row.factor,
        sigma=row.sigma,
        method=row.method,
        group_order=row.group_order,
        group_order_factorization=row.group_order_factorization,
        is_prime=row.primality != "composite",
    )


def _accepts(request: Request[Any, Any, Any], media_type: str) -> bool:
    return media_type in request.headers.get("accept", "")


HANDLERS = (find_composites, show_to_admin, show_details)
"""Below `/admin/composites`."""
