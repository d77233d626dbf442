"""The page that a browser gets when an address can't be shown: the sentence that the API would give, and ways on."""

from http import HTTPStatus
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Redirect

from coordinator.http.caller import AnyRequest, origin_of, session_of
from coordinator.http.responses.problems import Problem
from coordinator.http.shared import shared_of
from coordinator.pages.forms.posting import LOGIN, SEE_OTHER
from coordinator.pages.rendering.site import Address, answered
from coordinator.pages.serving.pages import pages_of

_TEMPLATE = "error.html"


def show_error(request: AnyRequest, problem: Problem, headers: dict[str, str]) -> Response[str]:
    """Show a problem; whoever has to sign in first is led there, and from there back."""
    path = request.scope["path"]
    if problem.status == HTTPStatus.UNAUTHORIZED and path != LOGIN:
        return Redirect(f"{LOGIN}?{urlencode({'next': _back(request)})}", status_code=SEE_OTHER)
    site = pages_of(request).site
    query = dict(request.query_params) if request.method == "GET" else {}
    address = Address(path, {}, query, origin_of(request))
    context = site.around(shared_of(request).node, address, "", session_of(request)) | {"error": problem}
    response = answered(site.write_at_once(_TEMPLATE, context), context, problem.status)
    response.headers.update(headers)
    return response


def _back(request: AnyRequest) -> str:
    """Return where whoever was turned away wanted to be."""
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query and request.method == "GET" else str(path)
