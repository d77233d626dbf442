"""Places: the requests that are answered where they come, and those that go on as they came to the process that can.

A desk answers what only reads, and what workers do all the time. All else is rare, and what it needs is at the office:
signing in, keys, uploads, rebuilding, heads. Of several nodes each answers what only reads, and the one that writes the rest.
Where that is wrong for a route it says so in its `opt`.
"""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qs

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPScope
from litestar.utils import normalize_path

from coordinator.http.admission.door import ROLES_OPTION, hands_out_work

_OPTION: Final = "at"
AT_DESK: Final[dict[str, Any]] = {_OPTION: "desk"}
"""For a route that writes and needs nothing but the writer and the readers."""
AT_OFFICE: Final[dict[str, Any]] = {_OPTION: "office"}
"""For a route that reads what only the office knows."""
AT_WRITER: Final[dict[str, Any]] = {_OPTION: "writer"}
"""For a route that reads what only the process knows that was told to begin it: the office, and of several nodes the one that writes."""
_LIVE = "/live"


def handler_at(app: Litestar, path: str, method: str) -> BaseRouteHandler | None:
    """Return what answers at a path, None where nothing does; as Litestar finds it, to whom `//audit/` is `/audit`."""
    try:
        _, handler, *_ = app.asgi_router.handle_routing(normalize_path(path), "GET" if method == "HEAD" else method)
    except HTTPException:
        return None
    return handler


def is_at_desk(handler: BaseRouteHandler, method: str) -> bool:
    """Tell whether a desk answers a request to a route itself."""
    said = handler.opt.get(_OPTION)
    if said is not None:
        return bool(said == "desk")
    roles = handler.opt.get(ROLES_OPTION, ())
    return method in {"GET", "HEAD", "OPTIONS"} and (not roles or "read" in roles)


def is_at_writer(handler: BaseRouteHandler) -> bool:
    """Tell whether of several nodes only the one that writes answers a request to a route that is read."""
    return handler.opt.get(_OPTION) == "writer" or hands_out_work(handler.opt)


def paths_of(scope: HTTPScope) -> Iterator[str]:
    """Yield the path of a request, and of a live stream those of the pages that it shows."""
    yield scope["path"]
    if scope["path"] == _LIVE:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        yield from (page.partition("?")[0] for page in query.get("page", ()))
