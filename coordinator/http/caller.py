"""Callers: who calls, and whether they may.

A route states its role with `guards=[needs("work")]` (any of several with `needs("work", "submit")`), or that it is open
to all with `guards=[PUBLIC]`; the application refuses to be put together with a route that does neither.
"""

from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import WebSocketException
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from coordinator.http.admission.door import ROLES_OPTION, Caller, Connection
from coordinator.http.admission.sessions import Session
from coordinator.http.requests.asked import Asked
from coordinator.http.shared import shared_of
from core.access.roles import Role
from core.refusals import Refusal

AnyRequest = Request[Any, Any, Any]
_CLOSE_CODES = {"unidentified": 4401, "forbidden": 4403, "misdirected": 4421}


NOBODY = Caller(None, frozenset(), ())
"""On a route that is open to all it does not matter who calls."""


def caller_of(request: Asked | Connection) -> Caller:
    """Return who sent a request, as was found when it was admitted."""
    return caller_of_scope(request.scope)


def caller_of_scope(scope: Scope) -> Caller:
    """Return the same where there is no connection yet, or none any more."""
    return cast("Caller", scope.get("caller", NOBODY))


def admitted_still(scope: Scope) -> bool:
    """Tell whether whoever sent a request that is being answered would be admitted again."""
    connection: Connection = ASGIConnection(scope)
    roles = connection.route_handler.opt.get(ROLES_OPTION, ())
    try:
        if roles:
            shared_of(connection).door.admit(connection, roles)
    except Refusal:
        return False
    return True


def may_read(connection: Connection) -> bool:
    """Tell whether whoever sent a request may read what the log tells, on a route that is open to all as well."""
    try:
        shared_of(connection).door.admit(connection, ("read",))
    except Refusal:
        return False
    return True


def session_of(connection: Connection) -> Session | None:
    """Return the session of who sent a request with a browser; for routes that are open to all as well."""
    return shared_of(connection).door.session(connection)


def origin_of(connection: Connection) -> str:
    """Return under what origin a request reached the coordinator, or the proxy before it."""
    origin = str(connection.base_url).rstrip("/")
    if connection.headers.get("x-forwarded-proto") == "https" and shared_of(connection).door.trusts(connection):
        return origin.replace("http://", "https://", 1)
    return origin


class RoleGuard:
    """Admits callers who have one of several roles.

    Args:
        roles: which ones; none at all admits everybody.
    """

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Admit the caller of a web socket or close it, with 4401 or 4403; other routes have `enter`.

        Raises:
            WebSocketException: the caller may not come in.
        """
        try:
            admit(connection, self.roles)
        except Refusal as refusal:
            code = _CLOSE_CODES[refusal.kind]
            raise WebSocketException(detail=refusal.sentence, code=code) from refusal


PUBLIC = RoleGuard()


def needs(*roles: Role) -> RoleGuard:
    """Return the guard that admits callers with any of these roles."""
    return RoleGuard(*roles)


def admit(connection: Connection, roles: tuple[Role, ...]) -> None:
    """Admit a caller to a route that asks for any of these roles.

    Raises:
        Unidentified: a key is needed, or the one that was sent opens nothing.
        Forbidden: the key does not open this, or the way of the request is not trusted.
        Misdirected: there is no key, and the request is for a host that is not this coordinator's.
    """
    door = shared_of(connection).door
    if roles:
        cast("dict[str, Any]", connection.scope)["caller"] = door.admit(connection, roles)
    else:
        door.admit_anybody(connection)
