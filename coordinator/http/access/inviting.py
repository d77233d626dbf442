"""Invitations: links that make one key, once; made, shown and accepted, whoever asks."""

from typing import Unpack

import msgspec

from coordinator.http.access.shown_keys import iso_or_none, moment_of
from coordinator.http.admission.keyring import hash_of
from coordinator.http.caller import AnyRequest, origin_of
from coordinator.http.commanding import Said, perform
from coordinator.node import Node
from coordinator.operations.people import owner_of, people
from coordinator.time.wallclock import now
from coordinator.writer.outcome import Outcome
from core.access.answers import KeyAnswer
from core.access.commands import AcceptInvitation, Invite
from core.access.roles import Role, parse_roles
from core.timestamps import SECOND, to_iso
from projections.access.state import invitations

JOIN = "/join"
"""Under this address a link ends in the bits that make it one."""
DAYS = 7
_DAY = 86_400 * SECOND


class NewInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


async def invitation_command(node: Node, data: NewInvitation, secret: str) -> Invite:
    """Return the command that makes an invitation whose link ends in a secret.

    Raises:
        Refusal: a role or a moment is none, or the user is not known.
    """
    owner = await owner_of(node, data.user, data.label)
    return Invite(
        hash=hash_of(secret),
        roles=parse_roles(data.roles),
        expires_at=moment_of(data.expires_at) or now() + DAYS * _DAY,
        label=owner.label,
        user=owner.user,
        name=owner.name,
        key_expires_at=moment_of(data.key_expires_at, "key_expires_at"),
    )


def link_of(request: AnyRequest, secret: str) -> str:
    """Return the link that ends in a secret, under the origin that a request was sent to."""
    return f"{origin_of(request)}{JOIN}/{secret}"


async def accepted(request: AnyRequest, secret: str, made: str, **said: Unpack[Said]) -> Outcome[KeyAnswer]:
    """Have an invitation make this key.

    Raises:
        Refusal: there is no such invitation, or it was used or has ended.
    """
    return await perform(request, AcceptInvitation(invitation=hash_of(secret), hash=hash_of(made)), **said)
