"""Entering: before a handler runs, its caller is admitted, and the moment is found that the request asks about."""

from typing import Any, cast
from urllib.parse import unquote_to_bytes

from litestar.exceptions import ImproperlyConfiguredException, MethodNotAllowedException, NotFoundException
from litestar.plugins import ReceiveRoutePlugin
from litestar.response import Redirect
from litestar.routes import BaseRoute, HTTPRoute

from coordinator.http.admission.door import ROLES_OPTION, hands_out_work
from coordinator.http.admission.unwritten import PAGE_AGAIN_OPTION, refuse_unwritten
from coordinator.http.browsers import page_for
from coordinator.http.caller import AnyRequest, RoleGuard, admit
from coordinator.http.past import look_back
from coordinator.http.requests.forms import OF_A_FORM
from coordinator.http.requests.reading import read_ahead
from core.refusals import BadInput


async def enter(request: AnyRequest) -> Redirect | None:
    """Admit a caller, before anything else of the request is looked at; for the application's `before_request`.

    Returns what answers in the handler's place, for a browser that is led to a page.
    """
    roles = request.route_handler.opt.get(ROLES_OPTION, ())
    if request.scope["state"]["looks_only"] and hands_out_work(request.route_handler.opt):
        raise MethodNotAllowedException("HEAD changes nothing, and GET hands out work at this address; send GET.")
    refuse_unwritten(request.scope, before_reading=request.route_handler.opt.get(PAGE_AGAIN_OPTION, False))
    admit(request, roles)
    _check_path(request)
    query = request.scope["query_string"]
    if b"%" in query:
        _check_text(query)
    await look_back(request)
    if OF_A_FORM.items() <= request.route_handler.opt.items():
        await read_ahead(request)
    return page_for(request)


def _check_path(request: AnyRequest) -> None:
    """Find nothing where a number is spelled as only Python reads it, `1_7` or `+17`: a thing has one address.

    Raises:
        NotFoundException: there is such a number.
    """
    components = request.scope["path"].split("/")
    if any(isinstance(value, int) and str(value) not in components for value in request.path_params.values()):
        raise NotFoundException


def _check_text(query: bytes) -> None:
    """Turn away bytes that are no text, for which Litestar puts another character, the same for all.

    Raises:
        BadInput: there are some.
    """
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        raise BadInput("The query is not UTF-8; percent-encoded UTF-8 is accepted.") from None


class RolesStated(ReceiveRoutePlugin):
    """Reads each route's roles from its guards as it is registered, and has `enter` see to them.

    Before each guard Litestar copies the whole route handler, which takes half as long as all the rest of a request.
    """

    def receive_route(self, route: BaseRoute) -> None:
        """Read the roles of a route.

        Raises:
            ImproperlyConfiguredException: the route does not state them.
        """
        for handler in getattr(route, "route_handlers", None) or [cast("Any", route).route_handler]:
            if ROLES_OPTION in handler.opt:
                continue  # seen at another address
            guards = handler.resolve_guards()
            if getattr(handler, "http_methods", None) == {"OPTIONS"}:
                guards.clear()  # Litestar's own, which tells anybody the methods of an address
                continue
            stated = [guard for guard in guards if isinstance(guard, RoleGuard)]
            if not stated:
                raise ImproperlyConfiguredException(f"{handler} has neither needs(role) nor PUBLIC among its guards.")
            handler.opt[ROLES_OPTION] = next((guard.roles for guard in reversed(stated) if guard.roles), ())
            if isinstance(route, HTTPRoute):
                if handler.resolve_before_request() is not enter:
                    raise ImproperlyConfiguredException(f"{handler} has a before_request of its own.")
                guards[:] = [guard for guard in guards if not isinstance(guard, RoleGuard)]
