"""The dashboards' old addresses, which lead to the pages."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from coordinator.http.caller import PUBLIC, AnyRequest, needs
from coordinator.http.requests.parameters import Id
from coordinator.node import Node
from coordinator.setup.settings import Settings
from core.bigint import abbreviate
from core.refusals import Unknown
from core.wording import shortened
from projections.factoring.wholes import standing

_TO = {
    "dashboard": "/",
    "admin/dashboard": "/admin",
    "admin/login": "/admin/login",
    "admin/inactive-composites": "/admin/numbers?shelf=inactive",
    "admin/outstanding-work": "/admin/assignments",
    "admin/recent-composites": "/admin/numbers",
    "admin/residue-status": "/residues",
}
_PAGES = {
    "testing-status": "/composites?sort=t_level",
    "p1-testing-status": "/composites?sort=t_level",
    "residue-status": "/residues",
    "curves": "/events?type=factoring.curves_run.v1",
    "factors": "/factors",
    "leaderboard": "/contributors",
}


@get([f"/{old}" for old in _TO], guards=[PUBLIC], include_in_schema=False)
async def lead_to_pages(request: AnyRequest) -> Redirect:
    """Lead to the page that stands for the dashboard's."""
    old = request.scope["path"].removeprefix("/api/v1/").rstrip("/")
    return Redirect(_TO[old], status_code=302)


@get("/dashboard/{page:str}", guards=[PUBLIC], include_in_schema=False)
async def lead_to_page(page: FromPath[str]) -> Redirect:
    """Lead to the page that stands for one of the dashboard's."""
    if page not in _PAGES:
        raise Unknown(f"The dashboard has no page {shortened(page)!r}.")
    return Redirect(_PAGES[page], status_code=302)


@get("/dashboard/composites/find", guards=[needs("read")], include_in_schema=False)
async def lead_to_found(
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    q: FromQuery[Annotated[str, QueryParameter(min_length=1, max_length=20_000)]],
) -> Redirect:
    """Lead to the page of the number that an id, an expression, or the digits of a number or of a part of it mean."""
    number = await node.readers["factoring"].query(standing.meant, q, settings.number_ceiling_digits)
    if number is None:
        raise Unknown(f"No number on record is {abbreviate(q.strip())}.")
    return Redirect(f"/composites/{number.id}", status_code=302)


@get("/dashboard/composites/{number:int}/details", guards=[PUBLIC], include_in_schema=False)
async def lead_to_number(number: FromPath[Id]) -> Redirect:
    """Lead to the page of a number."""
    return Redirect(f"/composites/{number}", status_code=302)


HANDLERS = (lead_to_pages, lead_to_page, lead_to_found, lead_to_number)
