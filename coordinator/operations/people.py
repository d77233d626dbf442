"""Users and clients as people name them: by a name, or by `user-3` and `client-5`."""

import asyncio
import re
import sqlite3
from collections.abc import Mapping
from itertools import islice

from msgspec import Struct

from coordinator.clients.names import user_names
from coordinator.node import Node
from coordinator.unavailable import Unavailable
from core.access.commands import CreateKey
from core.access.roles import Role
from core.access.users import ANONYMOUS, UNNUMBERED, one_called, take_name
from core.clients.decide import Client
from core.clients.naming import check_user_name
from core.deciding import ClientClaim
from core.refusals import Unknown
from core.wording import shortened
from projections.access.state import AccessState
from projections.access.users import Belongings, Users, belongings, under_all_names
from projections.clients.state import client_numbered, number_named, users_named

_NUMBERED = re.compile(r"user-[0-9]{1,18}")
_LONGEST_NUMBER = 18


class UserNames(Struct, frozen=True):
    """Users as they are called.

    Attributes:
        names: of users that have one.
    """

    names: Mapping[str, str]

    def user_name(self, user: str) -> str:
        """Return what a user is called."""
        return self.names.get(user, user)


class People(UserNames, frozen=True):
    """Users and clients at a moment: who is who.

    Attributes:
        belongings: what belongs to whom.
    """

    belongings: Belongings

    def some_names(self, most: int) -> list[str]:
        """Return what users are called that are nobody else, the first of them."""
        alone = (user for user, into in self.belongings.users.items() if not into)
        return [self.user_name(user) for user in islice(alone, most)]

    def owner(self, client: int) -> str:
        """Return what those are called whose name a client's is, together."""
        return ", ".join(sorted(map(self.user_name, self.belongings.holders_of(self.belongings.client(client)))))


async def people(node: Node) -> People:
    """Return who is who."""
    whose = await node.readers["access"].query(belongings)
    return People(await user_names(node.readers["clients"]), whose)


async def users_of(node: Node, actor: str | None, name: str) -> tuple[str, ...]:
    """Return whose a machine is that calls itself so, under all names of theirs; anonymous callers are one user."""

    def asked(connection: sqlite3.Connection) -> tuple[str, ...]:
        state = AccessState(connection)
        own = state.user_of(actor)
        users = {own} if own else state.holders(number) if number else ()
        return tuple(sorted(under_all_names(connection, users or {ANONYMOUS})))

    number = await node.readers["clients"].query(number_named, name)
    return await node.readers["access"].query(asked)


async def check_bearer(node: Node, actor: str | None, client: int, name: str) -> None:
    """Refuse what is read under a client's name to whoever may not go by it; what is written the writer refuses itself.

    Raises:
        Forbidden: the name is somebody else's.
    """
    called = UserNames(await user_names(node.readers["clients"]))
    await node.readers["access"].query(
        lambda connection: take_name(actor, client, name, AccessState(connection), called)
    )


async def user_meant(node: Node, who: str) -> str:
    """Return the user of a name, else of a number.

    Raises:
        Unknown: there is none.
        Conflict: several are called so.
    """
    if who in UNNUMBERED:
        return who
    found = await node.readers["clients"].query(users_named, who)
    if not found and _NUMBERED.fullmatch(who):
        there_is = await node.readers["access"].query(lambda connection: Users(connection).has(who))
        found = [who] if there_is else []
    if not found:
        hint = "; anonymous callers are not one that can be changed" if who == ANONYMOUS else ""
        raise Unknown(f"There is no user {shortened(who)!r}{hint}; /api/v1/admin/users lists those that there are.")
    return one_called(found, who)


async def client_meant(node: Node, who: str) -> Client:
    """Return the client of a name, else of a number.

    Raises:
        Unknown: there is none.
    """
    known = await node.readers["clients"].query(_client, who)
    if known is None:
        raise Unknown(
            f"There is no client {shortened(who)!r}; the name or the number of one that has called here is accepted."
        )
    return known


def _client(connection: sqlite3.Connection, who: str) -> Client | None:
    """Return the client of a name, else of a number; a client may bear a name that looks like another's number."""
    number = number_named(connection, who)
    digits = who.removeprefix("client-")
    if number is None and who != digits and digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER:
        number = int(digits)
    return None if number is None else client_numbered(connection, number)


class Owner(Struct, frozen=True):
    """For whom a key is made.

    Attributes:
        user: one that there is; empty for one that is made.
        name: what that is called, sealed; None for no name.
        label: which of the user's keys it is.
    """

    user: str
    name: ClientClaim | None
    label: str


async def owner_of(node: Node, user: str, label: str) -> Owner:
    """Return for whom a key is made: the user who is named, else the one who is called as the label says.

    A label that names the user stays out of the log, so that the user can be forgotten.

    Raises:
        Refusal: no user can be called so, or several are.
    """
    called = user or label
    if not called:
        return Owner("", None, "")
    own_label = label if user else ""
    try:
        return Owner(await user_meant(node, called), None, own_label)
    except Unknown:
        return Owner("", await sealed(node, check_user_name(called, "user" if user else "label")), own_label)


async def key_command(
    node: Node, digest: str, roles: tuple[Role, ...], label: str, user: str, expires_at: int | None
) -> CreateKey:
    """Return the command that makes a key for a user, who is made if there is none of that name."""
    owner = await owner_of(node, user, label)
    return CreateKey(
        hash=digest, roles=roles, label=owner.label, user=owner.user, name=owner.name, expires_at=expires_at
    )


async def sealed(node: Node, name: str) -> ClientClaim:
    """Seal a name.

    Raises:
        Unavailable: its key can't be written.
    """
    try:
        return await asyncio.to_thread(node.sealing.seal, name)
    except sqlite3.OperationalError as error:
        raise Unavailable.because(error) from error
