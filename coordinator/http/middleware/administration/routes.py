"""The routes of administrators, put together, and a summary of the whole."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from coordinator.http.caller import needs
from coordinator.http.middleware.administration import (
    assignments,
    imports,
    many_numbers,
    numbers,
    residues,
    t_levels,
    undoing,
)
from coordinator.node import Node
from projections.factoring import catalogue, contributors, projects


class Summary(msgspec.Struct, frozen=True):
    """The whole at a glance."""

    total_composites: int
    composites_by_status: dict[str, int]
    composites_by_shelf: dict[str, int]
    total_curves: int
    total_factors: int
    total_attempts: int
    total_projects: int
    active_assignments: int
    assignments: dict[str, int]
    active_clients: int | None
    as_of: int


@get("/stats/summary", summary="The whole at a glance, for administrators")
async def summary(node: NamedDependency[Node]) -> Summary:
    """Count numbers, work, assignments and clients."""
    position, factoring = node.position, node.readers["factoring"]
    by_status = await factoring.query(catalogue.count_by_status)
    assignments = await factoring.query(catalogue.count_live_leases)
    done = await factoring.query(contributors.contributions_since, 0, -1)
    return Summary(
        total_composites=sum(by_status.values()),
        composites_by_status=by_status,
        composites_by_shelf=await factoring.query(catalogue.count_by_shelf),
        total_curves=sum(one.curves for one in done),
        total_factors=sum(one.factors for one in done),
        total_attempts=sum(one.reports for one in done),
        total_projects=len(await factoring.query(projects.listed)),
        active_assignments=assignments.get("live", 0),
        assignments=assignments,
        active_clients=node.clients_present,
        as_of=position,
    )


ROUTER = Router(
    "/admin",
    route_handlers=[
        summary,
        *imports.HANDLERS,
        Router(
            "/composites",
            route_handlers=[*numbers.HANDLERS, *many_numbers.HANDLERS, *t_levels.HANDLERS],
        ),
        Router("/work", route_handlers=assignments.HANDLERS),
        Router("/residues", route_handlers=residues.HANDLERS),
        *undoing.HANDLERS,
    ],
    guards=[needs("admin")],
    tags=["Administration"],
)
