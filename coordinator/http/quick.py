"""Quick routes: addresses that workers send to all the time, answered without what a framework does for each request.

A route is quick when its handler says `opt=QUICK`. The server then calls that very handler, for requests that are plain:
from a program, with nothing escaped in the address, and values of the types that the handler takes. Whatever is not plain
goes the ordinary way, and so does what can't be admitted or read, to be turned down in the usual words.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, cast

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope

from coordinator.http.admission.door import ROLES_OPTION, Connection
from coordinator.http.around.watching import Watch
from coordinator.http.caller import AnyRequest, admit
from coordinator.http.places import AT_DESK
from coordinator.http.requests.asked import Asked
from coordinator.http.requests.reading import is_json
from coordinator.http.requests.values import LONG_BYTES
from coordinator.http.responses.problems import STOPPING, Encoded, answer_to
from coordinator.http.responses.receipts import Written
from coordinator.http.shared import shared_in
from coordinator.unavailable import Unavailable
from core.access.roles import Role
from core.refusals import Refusal

_OPTION: Final = "quick"
QUICK: Final = {_OPTION: True, **AT_DESK}
"""For the `opt` of a handler that answers by `Written`, and of its request needs what is `Asked`."""

_NOT_PLAIN = frozenset(
    {b"origin", b"cookie", b"sec-fetch-site", b"expect", b"transfer-encoding", b"upgrade", b"content-encoding"}
)
_PARAMETER = re.compile(r"\{(\w+):str\}")


class QuickRequest:
    """A request that came by a quick route.

    Args:
        scope: of ASGI.
        body: all of it.
        handler: of the route.
    """

    __slots__ = ("_body", "method", "route_handler", "scope")

    def __init__(self, scope: HTTPScope, body: bytes, handler: HTTPRouteHandler) -> None:
        self.scope = scope
        self.method = scope["method"]
        self.route_handler = handler
        self._body = body

    async def body(self) -> bytes:
        """Return all that was sent, which has come already."""
        return self._body


class QuickRoute:
    """A route that can be answered quickly.

    Args:
        method: GET and so on.
        template: of its address, as Litestar writes it.
        handler: of Litestar's.
    """

    def __init__(self, method: str, template: str, handler: HTTPRouteHandler) -> None:
        self.template = template
        self.handler = handler
        self.roles: tuple[Role, ...] = handler.opt[ROLES_OPTION]
        self.pattern = f"{method} {_PARAMETER.sub('([^/]+)', template)}"
        self._function = cast("Callable[..., Awaitable[Written]]", handler.fn)
        self._status = handler.status_code
        taken = handler.parsed_fn_signature.parameters
        self._shared = taken.keys() & {"node", "settings"}
        self.in_path = next(iter(_PARAMETER.findall(template)), None)
        said = [field for field in msgspec.structs.fields(handler.signature_model) if _is_said(taken[field.name])]
        self._in_query = frozenset(field.name for field in said).difference({self.in_path})
        self._arguments = msgspec.defstruct("Arguments", [(f.name, f.type, f.default) for f in said], kw_only=True)
        self._decode = msgspec.json.Decoder(taken["data"].annotation).decode if "data" in taken else None

    def read(self, scope: HTTPScope, found: str | None, body: bytes) -> dict[str, Any]:
        """Return what to call the handler with, besides the request.

        Args:
            scope: of the request.
            found: what stands in its address, None for nothing.
            body: its body.

        Raises:
            ValueError: something in the query is not plain, or a value does not fit.
        """
        values = _pairs(scope["query_string"], self._in_query)
        if self.in_path is not None and found is not None:
            values[self.in_path] = found
        read = msgspec.structs.asdict(msgspec.convert(values, self._arguments, strict=False))
        if self._decode is not None:
            read["data"] = self._decode(body)
        shared = shared_in(scope)
        for name in self._shared:
            read[name] = getattr(shared, name)
        return read

    async def answer(self, request: Asked, read: dict[str, Any]) -> Encoded:
        """Have the handler answer."""
        return (await self._function(request, **read)).encoded(self._status)


def _is_said(parameter: Any) -> bool:
    return isinstance(parameter.kwarg_definition, PathParameter | QueryParameter)


def _pairs(query: bytes, names: frozenset[str]) -> dict[str, str]:
    """Return what a query says.

    Raises:
        ValueError: it says other things than these, or one twice, or something is escaped in it.
    """
    if not query:
        return {}
    pairs = [pair.split("=", 1) for pair in query.decode("ascii").split("&")]
    said = dict(pairs)  # of a pair without a sign of equality it makes a ValueError
    if len(said) < len(pairs) or not said.keys() <= names or b"%" in query or b"+" in query:
        raise ValueError(query)
    return said


class QuickRoutes:
    """The quick routes of an application.

    Args:
        app: whose they are.
        here: tells whether a request is answered here at all.
    """

    def __init__(self, app: Litestar, here: Callable[[HTTPScope], bool] = lambda _scope: True) -> None:
        self._app = app
        self._here = here
        self._watch = Watch()
        # A group stands for each of them, and one within it for what stands in its address.
        self._groups: dict[int, QuickRoute] = {}
        groups = 1
        for route in _routes_in(app):
            self._groups[groups] = route
            groups += 1 + re.compile(route.pattern).groups
        self._pattern = re.compile("|".join(f"({route.pattern})" for route in self._groups.values()))

    def takes(self, scope: HTTPScope) -> bool:
        """Tell whether a request may be answered quickly, as far as its head tells."""
        return self._find(scope) is not None and _is_plain(scope) and self._here(scope)

    async def answer(self, scope: HTTPScope, body: bytes) -> Encoded | None:
        """Answer a request that is taken; None when it has to go the ordinary way, and nothing has come of it yet."""
        found = self._find(scope)
        assert found is not None, "it is taken"
        route, in_path = found
        scope["app"] = self._app
        scope["path_template"] = route.template
        begun = self._watch.begin(scope, dict(scope["headers"]))
        request = QuickRequest(scope, body, route.handler)
        try:
            admit(cast("Connection", request), route.roles)
            read = route.read(scope, in_path, body)
        except (Refusal, ValueError, RecursionError):
            return None
        try:
            answer = await route.answer(request, read)
        except asyncio.CancelledError:  # the time for stopping is up
            answer = answer_to(cast("AnyRequest", request), Unavailable(STOPPING))
        except Exception as error:
            answer = answer_to(cast("AnyRequest", request), error)
        answer.headers.append((b"x-request-id", begun.id.encode()))
        self._watch.end(begun, scope, answer.status)
        return answer

    def _find(self, scope: HTTPScope) -> tuple[QuickRoute, str | None] | None:
        """Return the route of a request, and what stands in its address."""
        match = self._pattern.fullmatch(f"{scope['method']} {scope['path']}")
        if match is None:
            return None
        assert match.lastindex is not None
        route = self._groups[match.lastindex]
        return route, match[match.lastindex + 1] if route.in_path else None


def _is_plain(scope: HTTPScope) -> bool:
    """Tell whether a program sends a request with a short body of JSON, or none."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    return (
        _NOT_PLAIN.isdisjoint(headers)
        and b"host" in headers
        and len(headers) == len(cast("list[tuple[bytes, bytes]]", scope["headers"]))
        and length.isdigit()
        and int(length) <= LONG_BYTES
        and b"%" not in scope["raw_path"]
        and is_json(headers.get(b"content-type", b""))
        and b"text/" not in headers.get(b"accept", b"")
    )


def _routes_in(app: Litestar) -> Iterator[QuickRoute]:
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if _OPTION in handler.opt:
                (method,) = handler.http_methods
                yield QuickRoute(method, route.path, handler)
