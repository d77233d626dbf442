"""Signing in with a key, and out."""

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from coordinator.http.admission.sessions import COOKIE, LIFETIME_SECONDS, Session
from coordinator.http.admission.unwritten import PAGE_AGAIN_OPTION, refuse_unwritten
from coordinator.http.caller import PUBLIC, AnyRequest, origin_of, session_of
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.pages.forms.posting import LOGIN, SEE_OTHER, refused
from coordinator.pages.forms.unsent import MOST_BYTES, Unsent, brought
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.pages import pages_of
from coordinator.time.wallclock import now
from core.refusals import Refusal

HOME = "/admin"
_MAX_FORM_BYTES = MOST_BYTES + 4 * 1024
"""For what was written before, a key and an address, from anybody at all."""


async def login(_: Node, address: Address) -> dict[str, Any]:
    """Return what the page for signing in shows: where it leads, and what goes along."""
    return {"next": local(address.query.get("next", "")), "unsent": ""}


def local(address: str) -> str:
    """Return an address of this coordinator's as it is, and for any other the page to begin with."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside else HOME


@post(
    LOGIN,
    guards=[PUBLIC],
    include_in_schema=False,
    opt={PAGE_AGAIN_OPTION: True},
    status_code=SEE_OTHER,
    request_max_body_size=_MAX_FORM_BYTES,
)
async def sign_in(request: AnyRequest, node: NamedDependency[Node]) -> Response[Any]:
    """Open a session with a key, and lead to where it was asked for; who brings what was written gets the page of that.

    Raises:
        BadInput: what is brought can't be read.
        Forbidden: the form stands on a page of another origin.
    """
    door = shared_of(request).door
    door.check_origin(request, dict(request.scope["headers"]))
    form = await request.form()
    where, kept = local(str(form.get("next", ""))), str(form.get("unsent", ""))
    before = brought(kept)
    try:
        refuse_unwritten(request.scope)
        cookie = door.sessions.open(str(form.get("key", "")).strip(), door.address_of(request), now())
    except Exception as error:
        status, problem = refused(error)
        shown = {"problem": problem, "next": where, "unsent": kept, "answering": False}
        return await pages_of(request).show_after(node, request, LOGIN, status, shown)
    door.sessions.close(request.cookies.get(COOKIE, ""))
    session = door.sessions.find(cookie, now())
    if where == HOME and session is not None and "admin" not in session.holder.roles:
        where = "/"
    again = await _again(request, node, where, before, session) if before and session else None
    return _handed_over(request, again or Redirect(where, status_code=SEE_OTHER), cookie)


async def _again(request: AnyRequest, node: Node, where: str, before: Unsent, session: Session) -> Response[Any] | None:
    """Return the page of a form with what was written into it; None when whoever has signed in may not see it."""
    pages, caller = pages_of(request), shared_of(request).door.signed_in(session)
    try:
        page, _ = pages.at(where, origin_of(request))
        if page.role is not None and page.role not in caller.may:
            return None
        return await pages.show_after(node, request, where, HTTPStatus.OK, before.shown(), caller=caller)
    except Refusal:
        return None  # it is said at that address


@get("/login", guards=[PUBLIC], include_in_schema=False)
async def lead_to_login() -> Redirect:
    """Lead whoever types the address that most sites have to the page for signing in, and from there to the overview."""
    return Redirect(f"{LOGIN}?next=/", status_code=SEE_OTHER)


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


HANDLERS = (sign_in, lead_to_login, sign_out)
