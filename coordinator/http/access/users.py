"""The routes of users: whose keys and names are whose."""

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.clients.names import client_names
from coordinator.http.access.shown_keys import open_keys
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.forgetting import forget_user
from coordinator.operations.people import people, sealed, user_meant
from core.access.commands import MergeUsers, PartUsers
from core.clients.commands import RenameUser
from core.clients.naming import check_user_name, client_name
from projections.access.state import keys


class KnownUser(msgspec.Struct, frozen=True):
    """A user: `user-3`, or one behind a key that stands in no log.

    Attributes:
        user: the user.
        name: what it is called.
        merged_into: the user that it is, if it was merged into another.
        keys: numbers of its keys that were not revoked.
        clients: the names that are its own, those shared with others among them.
    """

    user: str
    name: str
    merged_into: str | None
    keys: list[int]
    clients: list[str]


class Meant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The user that is meant: a name, or a number such as `user-3`."""

    user: str


class Renaming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user, and its new name."""

    user: str
    name: str


class Merging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user, and the one that it is merged into."""

    user: str
    into: str


@get("/", summary="List the users")
async def list_users(node: NamedDependency[Node]) -> list[KnownUser]:
    """Return every user with its keys and names; one that was merged has none itself."""
    who = await people(node)
    known = await client_names(node.readers["clients"])
    opening = open_keys(await node.readers["access"].query(keys), who.belongings)
    return [
        KnownUser(
            user=user,
            name=who.user_name(user),
            merged_into=into or None,
            keys=opening.get(user, []),
            clients=[name for client in who.belongings.names_of(user) if (name := client_name(client, known))],
        )
        for user, into in who.belongings.users.items()
    ]


@post("/rename", summary="Rename a user", status_code=200, responses=may_answer(404, 409, 503))
async def rename_user(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Renaming]) -> Response[Meant]:
    """Have a user be called otherwise."""
    user, name = await user_meant(node, data.user), check_user_name(data.name)
    outcome = await perform(request, RenameUser(user=user, name=await sealed(node, name)))
    return answered(outcome, Meant(user))


@post("/merge", summary="Merge a user into another", status_code=200, responses=may_answer(404, 409, 503))
async def merge_users(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Merging]) -> Response[Meant]:
    """Have keys, names and credit of one user be another's, until they are parted."""
    user, into = await user_meant(node, data.user), await user_meant(node, data.into)
    return answered(await perform(request, MergeUsers(user=user, into=into)), Meant(into))


@post("/part", summary="Undo the merging of a user", status_code=200, responses=may_answer(404, 503))
async def part_users(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Meant]) -> Response[Meant]:
    """Have a user that was merged into another stand for itself again, with its own keys, names and credit."""
    user = await user_meant(node, data.user)
    return answered(await perform(request, PartUsers(user=user)), Meant(user))


@post("/forget", summary="Forget a user", status_code=200, responses=may_answer(404, 409, 503))
async def forget_one(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[Meant]) -> Response[Meant]:
    """Destroy the keys under which the user's name, and the names of clients that were theirs alone, are sealed.

    The log and all figures stay as they are, under numbers. API keys go on to open what they do, until they are revoked.
    """
    user, forgotten, outcome = await forget_user(node, data.user, lambda command: perform(request, command, key=""))
    for name in forgotten:
        shared_of(request).limits.forget(name)
    return answered(outcome, Meant(user))


ROUTER = Router(
    "/api/v1/admin/users",
    route_handlers=[list_users, rename_user, merge_users, part_users, forget_one],
    guards=[needs("admin")],
    tags=["Administration"],
)
