"""Credit by user: what all names of somebody did together, and one user."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from msgspec import Struct

from coordinator.clients.names import client_names
from coordinator.http.factoring.rows import ClientRow, client_row
from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.operations.people import People, people
from coordinator.pages.factoring.factors.finds import Find, finds
from coordinator.pages.factoring.factors.found import table
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import part_of
from core.access.users import ANONYMOUS
from core.clients.naming import client_name
from core.refusals import Unknown
from core.timestamps import to_iso
from core.wording import shortened
from projections.factoring import factors
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import Contribution, Credit
from projections.factoring.factors import Factor

_ALL = -1
_LISTED = 25


class UserCredit(Struct, frozen=True):
    """The work that somebody did under all their names.

    Attributes:
        user: who; `client-5` for a name that several users share, empty for reports without a name.
        name: what they are called.
        address: of their page; empty for none.
        names: under how many names.
        did: the work; `client` is of no meaning.
    """

    user: str
    name: str
    address: str
    names: int
    did: Contribution


class UserRow(Struct, frozen=True):
    """The work of one user under all its names; a name that several share stands for itself, as `client-5`."""

    user: str
    name: str
    names: int
    reports: int
    curves: int
    factors: int
    cpu_seconds: float
    last_seen: str


def added(each: Iterable[Contribution]) -> Contribution | None:
    """Return what several clients did together, None when they did nothing."""
    rows = list(each)
    if not rows:
        return None
    return Contribution(
        rows[0].client,
        sum(row.reports for row in rows),
        sum(row.curves for row in rows),
        sum(row.factors for row in rows),
        sum(row.cpu_milliseconds for row in rows),
        max(row.newest for row in rows),
    )


def credit_by_user(rows: Sequence[Contribution], who: People, names: Mapping[int, str], by: Credit) -> list[UserCredit]:
    """Add up what clients did by whose they are, who did most first."""
    of: dict[tuple[str, str, str], list[Contribution]] = {}
    for row in rows:
        of.setdefault(owner_of(row.client, who, names), []).append(row)
    clients = who.belongings.client
    shown = [
        UserCredit(*owner, len({clients(row.client) for row in each if row.client}), did)
        for owner, each in of.items()
        if (did := added(each)) is not None
    ]
    kind = attrgetter("cpu_milliseconds" if by == "cpu_time" else by)
    return sorted(shown, key=lambda one: (-kind(one.did), one.user))


def owner_of(client: int, who: People, names: Mapping[int, str]) -> tuple[str, str, str]:
    """Return whose a client's credit is: the user, the name, and the address of the page."""
    if not client:
        return "", "unnamed", ""
    root = who.belongings.client(client)
    holders = who.belongings.holders_of(root)
    if len(holders) == 1:
        (user,) = holders
        return user, who.user_name(user), f"/users/{user}"
    return f"client-{root}", f"{client_name(root, names)}, shared by {who.owner(root)}", f"/contributors/{root}"


def user_row(one: UserCredit) -> UserRow:
    """Describe what a user did."""
    did = one.did
    return UserRow(
        one.user,
        one.name,
        one.names,
        did.reports,
        did.curves,
        did.factors,
        did.cpu_milliseconds / 1000,
        to_iso(did.newest),
    )


async def user(node: Node, address: Address) -> dict[str, Any]:
    """Return what somebody did, under which names.

    Raises:
        Unknown: there is no such user.
    """
    who = await people(node)
    asked = address.values["user"]
    if asked != ANONYMOUS and asked not in who.belongings.users:
        raise Unknown(f"There is no user {shortened(asked)!r}.")
    known = await client_names(node.readers["clients"])
    shown = who.belongings.user(asked)
    rows, everybody, found, shown_finds = await node.readers["factoring"].query(_work_of, shown, who, node.time)
    board = [one.user for one in credit_by_user(everybody, who, known, "cpu_time") if one.user]
    active = {row.client: row for row in rows}
    idle = {client: None for client in who.belongings.names_of(shown) if client not in active}
    clients, paging = part_of(address, [*active.items(), *idle.items()])
    return {
        "user": asked,
        "name": who.user_name(asked),
        "into": (shown, who.user_name(shown)) if shown != asked else None,
        "merged": [(one, who.user_name(one)) for one in who.belongings.merged_into(asked)],
        "did": added(rows),
        "rank": board.index(shown) + 1 if shown in board else None,
        "contributors": len(board),
        "clients": clients,
        "paging": paging,
        "roots": who.belongings.clients,
        "shared": [client for client in who.belongings.names_of(shown) if len(who.belongings.holders_of(client)) > 1],
        "names": known,
        "factors": found,
        "finds": shown_finds,
        "listed": _LISTED,
        "tables": (
            Table("names", ClientRow, (client_row(row, known) for row in rows)),
            table(found, known),
        ),
    }


def _work_of(
    connection: sqlite3.Connection, user: str, who: People, now: int
) -> tuple[list[Contribution], list[Contribution], list[Factor], list[Find]]:
    """Return what each client of a user did, who did most first, what everybody did, and the factors that they found last."""
    everybody = contributors.contributions_since(connection, 0, _ALL)
    rows = [
        row
        for row in everybody
        if row.client and who.belongings.holders_of(who.belongings.client(row.client)) == {user}
    ]
    found = factors.found_by(connection, [row.client for row in rows], _LISTED)
    return rows, everybody, found, finds(connection, [one for one in found if one.primality != "composite"], now)
