"""Browsers: who would rather have a page than JSON, and which page shows what an address of the API tells."""

from typing import Any, Final
from urllib.parse import quote

from litestar.datastructures import ResponseHeader
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from coordinator.http.caller import AnyRequest

FORMAT, AS = "format", "as"
"""The parameters that say in what form an address answers, and go before the header Accept; pages take the second too."""
_OPTION: Final = "shown_at"


def wants_page(request: AnyRequest) -> bool:
    """Tell whether who asks would rather have HTML than JSON."""
    return request.accept.best_match(["application/json", "text/html"]) == "text/html"


def shown_at(page: str, **options: Any) -> dict[str, Any]:
    """Return what a route is given whose answer a page shows: browsers are led there, unless the address says `format`.

    Args:
        page: its path, with values of the route's in braces.
        options: others for the route's `opt`.
    """
    vary = ResponseHeader(name="Vary", value="Accept", description="A browser is led to the page that shows this.")
    return {"opt": {_OPTION: page, **options}, "response_headers": [vary]}


def is_shown(handler: BaseRouteHandler) -> bool:
    """Tell whether a page shows what a route answers."""
    return _OPTION in handler.opt


def page_for(request: AnyRequest) -> Redirect | None:
    """Return where a browser is led; None for whoever is to have the API's answer."""
    page: str | None = request.route_handler.opt.get(_OPTION)
    if page is None or FORMAT in request.query_params or not wants_page(request):
        return None
    query = request.scope["query_string"].decode("latin-1")
    path = page.format(**{name: quote(str(value), safe="") for name, value in request.path_params.items()})
    return Redirect(f"{path}?{query}" if query else path, status_code=HTTP_303_SEE_OTHER, headers={"Vary": "Accept"})
