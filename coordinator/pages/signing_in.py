"""Signing in with a key, and out."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from coordinator.http.admission.sessions import COOKIE, LIFETIME_SECONDS
from coordinator.http.caller import PUBLIC, AnyRequest, session_of
from coordinator.http.problems import KINDS
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.pages.forms import SEE_OTHER
from coordinator.pages.serving import pages_of
from coordinator.pages.site import Address
from coordinator.wallclock import now
from core.refusals import Refusal

LOGIN = "/admin/login"
HOME = "/admin"
_MAX_FORM_BYTES = 4 * 1024
"""For a key and an address, from anybody at all."""


async def login(_: Node, address: Address) -> dict[str, Any]:
    """Return what the page for signing in shows: where it leads."""
    return {"next": local(address.query.get("next", ""))}


def local(address: str) -> str:
    """Return an address of this coordinator's as it is, and for any other the page to begin with."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside else HOME


@post(
    LOGIN,
    guards=[PUBLIC],
    include_in_schema=False,
    status_code=SEE_OTHER,
    request_max_body_size=_MAX_FORM_BYTES,
)
async def sign_in(request: AnyRequest, node: NamedDependency[Node]) -> Response[Any]:
    """Open a session with a key, and lead to where it was asked for.

    Raises:
        Forbidden: the form stands on a page of another origin.
    """
    door = shared_of(request).door
    door.check_origin(request, dict(request.scope["headers"]))
    form = await request.form()
    where = local(str(form.get("next", "")))
    try:
        cookie = door.sessions.open(str(form.get("key", "")).strip(), door.address_of(request), now())
    except Refusal as refusal:
        status = KINDS[refusal.kind][0]
        return await pages_of(request).show_after(node, request, LOGIN, status, problem=refusal.sentence, next=where)
    door.sessions.close(request.cookies.get(COOKIE, ""))
    return _handed_over(request, Redirect(where, status_code=SEE_OTHER), cookie)


@post("/admin/logout", guards=[PUBLIC], include_in_schema=False, status_code=SEE_OTHER)
async def sign_out(request: AnyRequest) -> Response[Any]:
    """End the browser's session.

    Raises:
        Forbidden: the form is not the session's.
    """
    session = session_of(request)
    if session is not None:
        session.check((await request.form()).get("token"))
        shared_of(request).door.sessions.close(request.cookies[COOKIE])
    return _handed_over(request, Redirect(LOGIN, status_code=SEE_OTHER), "")


def _handed_over(request: AnyRequest, response: Response[Any], cookie: str) -> Response[Any]:
    """Give the browser a session's cookie; an empty one takes it away."""
    forwarded = request.headers.get("x-forwarded-proto", "")
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=LIFETIME_SECONDS if cookie else 0,
        path="/",
        httponly=True,
        secure="https" in (request.url.scheme, forwarded),
        samesite="strict",
    )
    return response


HANDLERS = (sign_in, sign_out)
