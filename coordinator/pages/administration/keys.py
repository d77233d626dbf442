"""API keys: who may do what."""

from typing import Any

import msgspec

from coordinator.http.keyring import hash_of, new_key
from coordinator.node import Node
from coordinator.pages.forms import Sent, done
from coordinator.pages.site import Address
from core.access.commands import CreateKey, RevokeKey
from core.access.roles import ROLES, parse_roles
from projections.access.state import keys

_PAGE = "/admin/keys"
_OPENS = {
    "read": "pages and everything that is read",
    "work": "asking for work and reporting it",
    "submit": "handing in numbers, machines, jobs and tasks",
    "admin": "administration and corrections, and all the others",
}


class _Wanted(msgspec.Struct, frozen=True):
    """The form: the roles that a new key shall open, and whom it is for."""

    roles: str = ""
    label: str = ""


async def known_keys(node: Node, _: Address) -> dict[str, Any]:
    """Return every key that was ever created."""
    return {
        "keys": await node.readers["access"].query(keys),
        "roles": {role: _OPENS[role] for role in ROLES},
        "created": None,
    }


async def create_key(sent: Sent) -> dict[str, object]:
    """Create a key and show it, once."""
    wanted = sent.read(_Wanted)
    key = new_key()
    command = CreateKey(hash=hash_of(key), roles=parse_roles(wanted.roles.split(",")), label=wanted.label)
    outcome = await sent.perform(command)
    return {"created": key, "created_id": outcome.answer.key, "position": outcome.position}


async def revoke_key(sent: Sent) -> str:
    """Have a key open nothing from now on."""
    sent.confirm()
    return done(_PAGE, await sent.perform(RevokeKey(key=sent.read_id("key"))))
