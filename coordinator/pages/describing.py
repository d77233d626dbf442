"""The description of the API as people read it, in the site's frame: Swagger UI to try it, Redoc to read it through."""

from typing import Any

from litestar import Response, get

from coordinator.http.caller import PUBLIC, AnyRequest, may_read, origin_of, session_of
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.pages.rendering.site import Address, Page
from coordinator.pages.serving.pages import pages_of

_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""What both of them need, which write styles of their own, and no other host."""


_READERS = {"/docs": "swagger", "/redoc": "redoc"}


async def _read_by(_node: Node, address: Address) -> dict[str, Any]:
    """Return what the page at an address reads the description with."""
    return {"reader": _READERS[address.path]}


@get(list(_READERS), include_in_schema=False, guards=[PUBLIC])
async def describe(request: AnyRequest) -> Response[str]:
    """Return the description as Swagger UI shows it, to try it, or Redoc, to read it through."""
    site, node = pages_of(request).site, shared_of(request).node
    address = Address(request.scope["path"], {}, {}, origin_of(request))
    page = Page(address.path, "described.html", _read_by, "", role=None)
    shown = await site.context(page, node, address, session_of(request), reads=may_read(request))
    answer = await site.render(page.template, shown)
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


HANDLERS = (describe,)
