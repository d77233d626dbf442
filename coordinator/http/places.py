"""Places: the requests that a desk answers itself, and those that go on to its office as they came.

A desk answers what only reads, and what workers do all the time. All else is rare, and what it needs is at the office:
signing in, keys, uploads, rebuilding, heads. Where that rule is wrong for a route it says so in its `opt`.
"""

from typing import Any, Final

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.utils import normalize_path

from coordinator.http.admission.door import ROLES_OPTION

_OPTION: Final = "at"
AT_DESK: Final[dict[str, Any]] = {_OPTION: "desk"}
"""For a route that writes and needs nothing but the writer and the readers."""
AT_OFFICE: Final[dict[str, Any]] = {_OPTION: "office"}
"""For a route that reads what only the office knows."""


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
