"""The page that a browser gets when an address can't be shown: the sentence that the API would give, and ways on."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from litestar import Response
from litestar.response import Redirect
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from coordinator.http.caller import AnyRequest, may_read, origin_of, session_of
from coordinator.http.responses.problems import Problem
from coordinator.http.shared import shared_of
from coordinator.pages.forms.posting import LOGIN, SEE_OTHER
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.pages import pages_of
from core.refusals import Unknown

_TEMPLATE = "error.html"

_log = structlog.get_logger(__name__)


def show_error(request: AnyRequest, problem: Problem, headers: dict[str, str]) -> Response[str]:
    """Show a problem; whoever has to sign in first is led there, and from there back."""
    path = request.scope["path"]
    if problem.status == HTTPStatus.UNAUTHORIZED and path != LOGIN:
        return Redirect(f"{LOGIN}?{urlencode({'next': _back(request)})}", status_code=SEE_OTHER)
    return _ErrorPage(request, problem, headers)


class _ErrorPage(Response[str]):
    """A page that is rendered as it is sent: what stands around it has to be waited for, and who handles an exception can't wait."""

    def __init__(self, request: AnyRequest, problem: Problem, headers: dict[str, str]) -> None:
        super().__init__("", status_code=problem.status)
        self._request, self._problem, self._said = request, problem, headers

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """Make the response."""
        return _Rendering(self)

    async def rendered(self) -> ASGIResponse:
        """Render the page."""
        request, problem = self._request, self._problem
        pages, node = pages_of(request), shared_of(request).node
        query = dict(request.query_params) if request.method == "GET" else {}
        address = Address(request.scope["path"], {}, query, origin_of(request))
        try:
            page = pages.find(address.path, query, address.origin)[0]
        except Unknown:
            page = None
        context = pages.site.around(node, address, page.section if page else "", session_of(request))
        looked_at = page is not None and request.method == "GET"
        context |= {"error": problem, "passing": looked_at and problem.status == HTTPStatus.SERVICE_UNAVAILABLE}
        try:
            told = await pages.site.on_every_page(node)
            context |= told.shown_to(reads=may_read(request))
        except Exception as error:  # what keeps it from being read may be the very problem that is shown
            _log.warning("nothing_around_an_error_page", path=address.path, reason=str(error))
        response = await pages.site.render(_TEMPLATE, context, problem.status)
        response.headers.update(self._said)
        return response.to_asgi_response(None, request)


class _Rendering(ASGIResponse):
    """Renders an error page, and sends it."""

    def __init__(self, page: _ErrorPage) -> None:
        super().__init__()
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page."""
        rendered = await self._page.rendered()
        await rendered(scope, receive, send)


def _back(request: AnyRequest) -> str:
    """Return where whoever was turned away wanted to be."""
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query and request.method == "GET" else str(path)
