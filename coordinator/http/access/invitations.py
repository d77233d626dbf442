"""The routes of invitations: links that make one key, once."""

import secrets
from http import HTTPStatus

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.access.inviting import (
    Invitation,
    KnownInvitation,
    NewInvitation,
    accepted,
    invitation_command,
    known_invitations,
    link_of,
)
from coordinator.http.access.shown_keys import CreatedKey, created
from coordinator.http.admission.keyring import new_key
from coordinator.http.caller import PUBLIC, AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from core.access.commands import WithdrawInvitation
from core.timestamps import to_iso


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The end of the link."""

    invitation: str


@get("/", summary="List the invitations")
async def list_invitations(node: NamedDependency[Node]) -> list[KnownInvitation]:
    """Return every invitation that was ever made."""
    return await known_invitations(node)


@post("/", summary="Invite somebody to make a key", status_code=201, responses=may_answer(404, 409))
async def invite(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[NewInvitation]
) -> Response[Invitation]:
    """Return a link by which whoever has it makes one key, once."""
    secret = secrets.token_urlsafe(32)
    command = await invitation_command(node, data, secret)
    outcome = await perform(request, command, key="")
    made = Invitation(outcome.answer.invitation, link_of(request, secret), to_iso(command.expires_at))
    return answered(outcome, made)


@delete("/{invitation:int}", summary="Withdraw an invitation", status_code=200, responses=may_answer(404, 409))
async def withdraw(request: AnyRequest, invitation: Id) -> Response[dict[str, int]]:
    """Have a link make no key any more."""
    outcome = await perform(request, WithdrawInvitation(invitation=invitation))
    return answered(outcome, {"id": invitation})


@post(
    "/api/v1/invitations/accept",
    summary="Make the key of an invitation",
    guards=[PUBLIC],
    status_code=HTTPStatus.CREATED,
    responses=may_answer(404, 409, 503),
    tags=["Administration"],
    request_max_body_size=4 * 1024,
)
async def accept(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Acceptance]) -> Response[CreatedKey]:
    """Return a key, once; the link makes no other."""
    key = new_key()
    outcome = await accepted(request, data.invitation, key, key="", content=b"")
    return answered(outcome, await created(node, outcome.answer.key, key))


ROUTER = Router(
    "/api/v1/admin/invitations",
    route_handlers=[list_invitations, invite, withdraw],
    guards=[needs("admin")],
    tags=["Administration"],
)
