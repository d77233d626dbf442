"""The description of the API as people read it, in the site's frame: Swagger UI to try it, Redoc to read it through."""

from litestar import Response, get

from coordinator.http.caller import PUBLIC, AnyRequest, origin_of, session_of
from coordinator.http.shared import shared_of
from coordinator.pages.serving import pages_of
from coordinator.pages.site import Address

_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""What both of them need, which write styles of their own, and no other host."""


@get("/docs", include_in_schema=False, guards=[PUBLIC])
async def try_it(request: AnyRequest) -> Response[str]:
    """Return the description as Swagger UI shows it."""
    return await _described(request, "swagger")


@get("/redoc", include_in_schema=False, guards=[PUBLIC])
async def read_it(request: AnyRequest) -> Response[str]:
    """Return the description as Redoc shows it."""
    return await _described(request, "redoc")


async def _described(request: AnyRequest, reader: str) -> Response[str]:
    site = pages_of(request).site
    address = Address(request.scope["path"], {}, {}, origin_of(request))
    around = site.around(shared_of(request).node, address, "", session_of(request))
    answer = await site.render("described.html", around | {"reader": reader})
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


HANDLERS = (try_it, read_it)
