"""Forms on pages: posted plainly, answered by a redirect, or by the page again with what was wrong."""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import uuid4

from litestar import Response
from litestar.response import Redirect

from coordinator.http.caller import caller_of
from coordinator.http.commanding import AnyRequest
from coordinator.http.problems import KINDS
from coordinator.node import Node
from coordinator.pages.serving import Filled, pages_of
from core.events.idempotency import fingerprint_of
from core.refusals import Refusal

SEE_OTHER: Final = 303
_TOKEN = 32
TOKEN = "once"  # noqa: S105 - the name of a field, and nothing secret
"""The field by which what is sent twice from one page, by an impatient click, is recognised."""


def fresh_token() -> str:
    """Return what a page puts into the field `TOKEN` of its forms."""
    return uuid4().hex


def key_of(filled: Filled) -> str:
    """Return the idempotency key of a form; the same page may send other content under another one."""
    token = filled.get(TOKEN, "")
    if not (token.isascii() and token.isalnum() and len(token) == _TOKEN):
        return ""
    return f"{token}-{fingerprint_of(content_of(filled))[:_TOKEN]}"


def content_of(filled: Filled) -> bytes:
    """Return the canonical content of a form."""
    return repr(sorted((name, value) for name, value in filled.items() if name != TOKEN)).encode()


async def answer_form(
    request: AnyRequest, node: Node, page: str, act: Callable[[Filled], Awaitable[str]]
) -> Response[str] | Redirect:
    """Do what a form asks for.

    Args:
        request: the request that carries it.
        node: what it is done in.
        page: the path of the page on which it stands, shown again with the sentence of a refusal.
        act: does it; returns where to go then.

    Raises:
        Forbidden: it is not a form of the session that it comes with.
    """
    form = await request.form()
    session = caller_of(request).session
    if session is not None:
        session.check(form.get("token"))
    filled = {name: value for name, value in form.items() if isinstance(value, str) and name != "token"}
    try:
        return Redirect(await act(filled), status_code=SEE_OTHER)
    except Refusal as refusal:
        status_code, _ = KINDS[refusal.kind]
        shown = {"said": filled, "problem": refusal.sentence}
        return await pages_of(request).show_after(node, request, page, status_code, **shown)
