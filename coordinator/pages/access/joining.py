"""Joining in: how anybody does, and the page to which an invitation leads, where its key is made, once."""

from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from coordinator.http.access.inviting import JOIN, accepted
from coordinator.http.admission.keyring import hash_of, new_key
from coordinator.http.admission.unwritten import PAGE_AGAIN_OPTION, refuse_unwritten
from coordinator.http.caller import PUBLIC, AnyRequest
from coordinator.node import Node
from coordinator.operations.people import people
from coordinator.pages.forms.posting import refused
from coordinator.pages.once import FIELD, once
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.pages import pages_of
from projections.access.state import invitation_hashed

_MAX_FORM_BYTES = 1024
"""It has one field, which nobody fills in."""


async def taking_part(_node: Node, address: Address) -> dict[str, Any]:
    """Return what the page shows that says how to take part."""
    return {"own_address": address.origin, "version": version("tallystick")}


async def invitation(node: Node, address: Address) -> dict[str, Any]:
    """Return what the invitation at an address is for, and what can be said against it."""
    secret = address.values["secret"]
    found = await node.readers["access"].query(invitation_hashed, hash_of(secret))
    problem = None
    if found is None:
        problem = "There is no such invitation; ask whoever sent the link for another."
    elif found.key or found.withdrawn_at is not None:
        problem = (
            f"The invitation was {'used already' if found.key else 'withdrawn'}; ask whoever sent the link for another."
        )
    elif found.expires_at <= node.time:
        problem = "The invitation has expired; ask whoever sent the link for another."
    shown = {"secret": secret, "invitation": found, "created": None, "offered": problem is None}
    if found is not None:
        who = await people(node)
        shown["user_name"] = who.user_name(who.belongings.user(found.user))
    return shown | ({"problem": problem} if problem else {})


@post(
    f"{JOIN}/{{secret:str}}",
    guards=[PUBLIC],
    include_in_schema=False,
    opt={PAGE_AGAIN_OPTION: True},
    status_code=HTTPStatus.OK,
    request_max_body_size=_MAX_FORM_BYTES,
)
async def join(request: AnyRequest, node: NamedDependency[Node], secret: FromPath[str]) -> Response[Any]:
    """Make the key of an invitation and show it, once."""
    page = f"{JOIN}/{secret}"
    sent = once((await request.form()).get(FIELD), secret.encode())
    key = new_key(sent.secret())
    try:
        refuse_unwritten(request.scope)
        outcome = await accepted(request, secret, key, key=sent.key, content=sent.content)
    except Exception as error:
        status, problem = refused(error)
        # Sent again with the same bits it makes the same key, where the first sending may have been recorded, too.
        again = {"said": {FIELD: sent.bits}, "offered": status == HTTPStatus.SERVICE_UNAVAILABLE}
        return await pages_of(request).show_after(node, request, page, status, {"problem": problem, **again})
    shown = {"problem": None, "created": key, "created_id": outcome.answer.key}
    response = await pages_of(request).show_after(node, request, page, HTTPStatus.OK, shown)
    response.headers["Cache-Control"] = "no-store"
    return response


HANDLERS = (join,)
