"""The page that a browser gets when an address can't be shown: the sentence that the API would give, and ways on."""

from http import HTTPStatus
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Redirect

from coordinator.http.caller import AnyRequest, origin_of, session_of
from coordinator.http.problems import Problem
from coordinator.http.shared import shared_of
from coordinator.pages.forms import SEE_OTHER
from coordinator.pages.serving import pages_of
from coordinator.pages.signing_in import LOGIN
from coordinator.pages.site import Address, answered

_TEMPLATE = "error.html"


def show_error(request: AnyRequest, problem: Problem, headers: dict[str, str]) -> Response[str]:
    """Show a problem; whoever has to sign in first is led there, and from there back."""
    path = request.scope["path"]
    if problem.status == HTTPStatus.UNAUTHORIZED and path != LOGIN:
        query = request.scope["query_string"].decode("latin-1")
        back = f"{path}?{query}" if query and request.method == "GET" else path
        return Redirect(f"{LOGIN}?{urlencode({'next': back})}", status_code=SEE_OTHER)
    site = pages_of(request).site
    address = Address(path, {}, {}, origin_of(request))
    context = site.around(shared_of(request).node, address, "", session_of(request)) | {"error": problem}
    response = answered(site.write_at_once(_TEMPLATE, context), context, problem.status)
    response.headers.update(headers)
    return response
