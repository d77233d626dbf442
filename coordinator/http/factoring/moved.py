"""The dashboards' old addresses, which lead to the pages."""

from litestar import get
from litestar.response import Redirect

from coordinator.http.caller import PUBLIC


@get(["/dashboard", "/admin/dashboard", "/admin/login"], guards=[PUBLIC], include_in_schema=False)
async def lead_to_pages() -> Redirect:
    """Lead to the overview."""
    return Redirect("/", status_code=302)


HANDLERS = (lead_to_pages,)
