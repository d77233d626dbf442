"""The dashboards' old addresses, which lead to the pages."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect

from coordinator.http.caller import PUBLIC
from coordinator.http.commanding import AnyRequest
from coordinator.http.parameters import Id

_TO = {"dashboard": "/", "admin/dashboard": "/admin", "admin/login": "/admin/login"}


@get([f"/{old}" for old in _TO], guards=[PUBLIC], include_in_schema=False)
async def lead_to_pages(request: AnyRequest) -> Redirect:
    """Lead to the page that stands for the dashboard's."""
    old = request.scope["path"].removeprefix("/api/v1/").rstrip("/")
    return Redirect(_TO[old], status_code=302)


@get("/dashboard/composites/{number:int}/details", guards=[PUBLIC], include_in_schema=False)
async def lead_to_number(number: FromPath[Id]) -> Redirect:
    """Lead to the page of a number."""
    return Redirect(f"/composites/{number}", status_code=302)


HANDLERS = (lead_to_pages, lead_to_number)
