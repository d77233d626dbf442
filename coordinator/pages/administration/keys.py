"""API keys and invitations: who may do what."""

from collections.abc import Mapping
from typing import Any

import msgspec

from coordinator.http.access.inviting import NewInvitation, invitation_command, known_invitations, link_of
from coordinator.http.access.shown_keys import known_keys, moment_of
from coordinator.http.admission.keyring import hash_of, in_url, new_key
from coordinator.node import Node
from coordinator.operations.people import key_command, people
from coordinator.pages.forms.posting import Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import HINTS, part_of
from core.access.answers import KeyAnswer
from core.access.commands import CreateKey, Invite, RenewKey, RevokeKey, WithdrawInvitation
from core.access.roles import ROLES, parse_roles
from core.timestamps import to_iso

_OPENS = {
    "read": "pages and everything that is read",
    "work": "asking for work and reporting it",
    "submit": "handing in numbers, machines, jobs and tasks",
    "admin": "administration and corrections, and all the others",
}


class _Wanted(msgspec.Struct, frozen=True):
    """A new key: what it opens, whose it is, which of theirs, and when it expires."""

    roles: str = ""
    label: str = ""
    user: str = ""
    expires: str | None = None


async def keys_page(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the keys that were ever created, and one of the invitations that nobody has used."""
    who = await people(node)
    keys, paging = part_of(address, (await known_keys(node, {})).keys)
    unused = [one for one in await known_invitations(node) if one.key is None and one.withdrawn_at is None]
    invitations, paging_of_invitations = part_of(address, unused, "invitations")
    return {
        "keys": keys,
        "paging": paging,
        "invitations": invitations,
        "paging_of_invitations": paging_of_invitations,
        "users": who.some_names(HINTS),
        "roles": {role: _OPENS[role] for role in ROLES},
        "created": None,
        "link": None,
        "time": node.time,
    }


async def create_key(sent: Sent) -> Mapping[str, object]:
    """Create a key and show it, once."""
    wanted, key = sent.read(_Wanted), new_key(sent.secret(CreateKey))
    roles, expires_at = parse_roles(wanted.roles.split(",")), moment_of(wanted.expires, "expires")
    command = await key_command(sent.node, hash_of(key), roles, wanted.label, wanted.user, expires_at)
    return await _created(sent, command, key)


async def renew_key(sent: Sent) -> Mapping[str, object]:
    """Create a key like another and show it, once."""
    wanted, key = sent.read(_Wanted), new_key(sent.secret(RenewKey))
    command = RenewKey(key=sent.read_id("key"), hash=hash_of(key), expires_at=moment_of(wanted.expires, "expires"))
    return await _created(sent, command, key)


async def _created(sent: Sent, command: CreateKey | RenewKey, key: str) -> Mapping[str, object]:
    outcome = await sent.perform(command)
    answer: KeyAnswer = outcome.answer
    return {"created": key, "created_id": answer.key, "position": outcome.position}


async def revoke_key(sent: Sent) -> str:
    """Have a key open nothing from now on."""
    sent.confirm()
    return sent.done(await sent.perform(RevokeKey(key=sent.read_id("key"))))


async def invite(sent: Sent) -> Mapping[str, object]:
    """Make an invitation and show its link, once."""
    wanted = sent.read(_Wanted)
    roles = parse_roles(wanted.roles.split(","))
    asked = NewInvitation(roles=roles, label=wanted.label, user=wanted.user, key_expires_at=wanted.expires)
    secret = in_url(sent.secret(Invite))
    command = await invitation_command(sent.node, asked, secret)
    await sent.perform(command)
    return {"link": link_of(sent.request, secret), "link_until": to_iso(command.expires_at)}


async def withdraw_invitation(sent: Sent) -> str:
    """Have a link make no key any more."""
    return sent.done(await sent.perform(WithdrawInvitation(invitation=sent.read_id("invitation"))))
