"""The routes of invitations: links that make one key, once."""

import secrets
from http import HTTPStatus

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.caller import PUBLIC, AnyRequest, needs, origin_of
from coordinator.http.commanding import perform
from coordinator.http.keyring import hash_of, new_key
from coordinator.http.keys import CreatedKey, created, iso_or_none, moment_of
from coordinator.http.parameters import Id
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.node import Node
from coordinator.operations.people import owner_of, people
from coordinator.wallclock import now
from coordinator.writer.batch import Outcome
from core.access.answers import InvitationAnswer, KeyAnswer
from core.access.commands import AcceptInvitation, Invite, WithdrawInvitation
from core.access.roles import Role, parse_roles
from core.timestamps import SECOND, to_iso
from projections.access.state import invitations

JOIN = "/join"
"""Under this address a link ends in the bits that make it one."""
DAYS = 7
_DAY = 86_400 * SECOND


class NewInvitation(msgspec.Struct, frozen=True):
    """An invitation to be made: what its key opens and whose it will be, how long it lasts, and how long the link works.

    Attributes:
        roles: what the key opens.
        label: which of the user's keys it is; without `user` it names the user.
        user: a name, or a number such as `user-3`; a name that nobody has makes a user.
        key_expires_at: from when on the key opens nothing.
        expires_at: until when the link works; a week from now unless it is said.
    """

    roles: tuple[Role, ...]
    label: str = ""
    user: str = ""
    key_expires_at: str | None = None
    expires_at: str | None = None


class Invitation(msgspec.Struct, frozen=True):
    """A link to hand on; this is the only time that it is shown."""

    id: int
    link: str
    expires_at: str


class KnownInvitation(msgspec.Struct, frozen=True):
    """An invitation as it stands; `key` is the one that came of it."""

    id: int
    roles: tuple[str, ...]
    label: str
    user: str
    user_name: str
    created_at: str
    expires_at: str
    key_expires_at: str | None
    key: int | None
    withdrawn_at: str | None


class Acceptance(msgspec.Struct, frozen=True):
    """The end of the link."""

    invitation: str


@get("/", summary="List the invitations")
async def list_invitations(node: NamedDependency[Node]) -> list[KnownInvitation]:
    """Return every invitation that was ever made."""
    return await known_invitations(node)


async def known_invitations(node: Node) -> list[KnownInvitation]:
    """Return every invitation as it stands."""
    who = await people(node)
    return [
        KnownInvitation(
            id=one.id,
            roles=one.roles,
            label=one.label,
            user=who.belongings.user(one.user),
            user_name=who.user_name(who.belongings.user(one.user)),
            created_at=to_iso(one.created_at),
            expires_at=to_iso(one.expires_at),
            key_expires_at=iso_or_none(one.key_expires_at),
            key=one.key or None,
            withdrawn_at=iso_or_none(one.withdrawn_at),
        )
        for one in await node.readers["access"].query(invitations)
    ]


@post("/", summary="Invite somebody to make a key", status_code=201, responses=may_answer(404, 409))
async def invite(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[NewInvitation]
) -> Response[Invitation]:
    """Return a link by which whoever has it makes one key, once."""
    made, outcome = await invited(request, node, data)
    return answered(outcome, made)


async def invited(request: AnyRequest, node: Node, data: NewInvitation) -> tuple[Invitation, Outcome[InvitationAnswer]]:
    """Make an invitation for whoever administers."""
    secret = secrets.token_urlsafe(32)
    owner = await owner_of(node, data.user, data.label)
    expires_at = moment_of(data.expires_at) or now() + DAYS * _DAY
    command = Invite(
        hash=hash_of(secret),
        roles=parse_roles(data.roles),
        expires_at=expires_at,
        label=owner.label,
        user=owner.user,
        name=owner.name,
        key_expires_at=moment_of(data.key_expires_at),
    )
    outcome = await perform(request, command, key="")
    link = f"{origin_of(request)}{JOIN}/{secret}"
    return Invitation(outcome.answer.invitation, link, to_iso(expires_at)), outcome


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
    key, outcome = await accepted(request, data.invitation)
    return answered(outcome, await created(node, outcome.answer.key, key))


async def accepted(request: AnyRequest, secret: str) -> tuple[str, Outcome[KeyAnswer]]:
    """Make the key of an invitation.

    Raises:
        Refusal: there is no such invitation, or none any more.
    """
    key = new_key()
    return key, await perform(
        request, AcceptInvitation(invitation=hash_of(secret), hash=hash_of(key)), key="", content=b""
    )


ROUTER = Router(
    "/api/v1/admin/invitations",
    route_handlers=[list_invitations, invite, withdraw],
    guards=[needs("admin")],
    tags=["Administration"],
)
