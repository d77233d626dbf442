"""Feeds of factors: of all, and of those in the numbers of a project."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from coordinator.clients.names import client_names
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.past import ONLY_NOW
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.feeds import MEDIA_TYPE, Entry, feed
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.revalidating import NOT_MODIFIED
from coordinator.node import Node
from coordinator.setup.settings import Settings
from core.bigint import abbreviate
from core.clients.naming import client_name
from core.factoring.state.numbers import Number
from core.legibility import spelled
from core.refusals import Unknown
from projections.factoring import factors
from projections.factoring.factors import Factor
from projections.factoring.lists import catalogue
from projections.factoring.numbers import projects

_SHOWN = 50


@get(
    "/factors.atom",
    guards=[needs("read")],
    summary="Factors as an Atom feed",
    media_type=MEDIA_TYPE,
    opt=ONLY_NOW,
    responses=NOT_MODIFIED,
)
async def factors_feed(
    request: AnyRequest, node: NamedDependency[Node], settings: NamedDependency[Settings]
) -> Response[bytes]:
    """Return the factors found last; those of division by small primes are left out."""
    found = await node.readers["factoring"].query(factors.newest, _SHOWN)
    return await feed(
        request, node, f"Factors found at {spelled(settings.node_name)}", "/factors", await _entries(node, found)
    )


@get(
    "/projects/{project:int}/factors.atom",
    guards=[needs("read")],
    summary="Factors of a project as an Atom feed",
    media_type=MEDIA_TYPE,
    opt=ONLY_NOW,
    responses=may_answer(404) | NOT_MODIFIED,
)
async def project_feed(request: AnyRequest, node: NamedDependency[Node], project: Id) -> Response[bytes]:
    """Return the factors found last in the numbers of a project."""
    name, found = await node.readers["factoring"].query(_of_project, project)
    return await feed(request, node, f"Factors in {spelled(name)}", f"/projects/{project}", await _entries(node, found))


def _of_project(connection: sqlite3.Connection, project: int) -> tuple[str, list[Factor]]:
    known = projects.by_id(connection, project)
    if known is None:
        raise Unknown(f"There is no project with the id {project}.")
    return known.name, factors.newest_in(connection, known.name, _SHOWN)


async def _entries(node: Node, found: Sequence[Factor]) -> list[Entry]:
    numbers = await node.readers["factoring"].query(catalogue.numbers_by_id, [factor.number for factor in found])
    known = await client_names(node.readers["clients"])
    return [_entry(factor, numbers[factor.number], client_name(factor.client, known) or "somebody") for factor in found]


def _entry(factor: Factor, number: Number, finder: str) -> Entry:
    called = abbreviate(spelled(number.name or number.expression or number.value))
    how: dict[str, Any] = {"method": factor.method, "B1": factor.b1, "sigma": factor.sigma}
    said = ", ".join(f"{name} {value}" for name, value in how.items() if value)
    return Entry(
        name=f"factor-{factor.id}",
        title=f"p{factor.digits} of {called}" if factor.primality != "composite" else f"c{factor.digits} of {called}",
        text=f"{factor.value} divides {called}; {said}.",
        path=f"/composites/{factor.number}",
        author=spelled(finder),
        at=factor.recorded_at,
    )


HANDLERS = (factors_feed, project_feed)
