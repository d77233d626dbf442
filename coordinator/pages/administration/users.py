"""Users: whose keys and names are whose, and who is who."""

from typing import Any

import msgspec

from coordinator.clients.names import client_names
from coordinator.http.access.shown_keys import open_keys
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.forgetting import forget_user
from coordinator.operations.people import client_meant, people, sealed, user_meant
from coordinator.pages.forms.posting import Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import HINTS, part_of
from coordinator.writer.outcome import Outcome
from core.access.commands import GiveName, MergeClients, MergeUsers, PartClients, PartUsers
from core.clients.commands import ForgetUser, RenameClient, RenameUser
from core.clients.naming import check_name, check_user_name
from projections.access.state import keys


class _Wanted(msgspec.Struct, frozen=True):
    """A user or a client, and what is wanted of it: a name, or others."""

    client: str = ""
    name: str = ""
    into: str = ""
    users: str = ""


class Row(msgspec.Struct, frozen=True):
    """A user, the name of the one that it was merged into, its keys that were not revoked, and its clients."""

    user: str
    name: str
    into: str
    keys: list[int]
    clients: list[int]


async def users_page(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the users with their keys and names, and one of the names that several users share."""
    who, known = await people(node), await client_names(node.readers["clients"])
    belongings = who.belongings
    users, paging = part_of(address, list(belongings.users.items()))
    several = [(client, who.owner(client)) for client, users in belongings.holders.items() if len(users) > 1]
    shared, paging_of_shared = part_of(address, several, "shared")
    opening = open_keys(await node.readers["access"].query(keys), belongings)
    rows = [
        Row(
            user,
            who.user_name(user),
            into and who.user_name(into),
            opening.get(user, []),
            belongings.names_of(user),
        )
        for user, into in users
    ]
    return {
        "users": rows,
        "paging": paging,
        "known": who.some_names(HINTS),
        "names": known,
        "shared": shared,
        "paging_of_shared": paging_of_shared,
        "merged": belongings.clients,
    }


async def rename_user(sent: Sent) -> str:
    """Have a user be called otherwise."""
    user, name = sent.values["user"], check_user_name(sent.read(_Wanted).name)
    known = await user_meant(sent.node, user)
    return sent.done(await sent.perform(RenameUser(user=known, name=await sealed(sent.node, name))))


async def merge_users(sent: Sent) -> str:
    """Have a user be another, or nobody else again."""
    user, into = await user_meant(sent.node, sent.values["user"]), sent.read(_Wanted).into
    command = MergeUsers(user=user, into=await user_meant(sent.node, into)) if into else PartUsers(user=user)
    return sent.done(await sent.perform(command))


async def forget(sent: Sent) -> str:
    """Forget a user, with the names that were theirs alone."""
    sent.confirm()

    async def perform(command: ForgetUser) -> Outcome:
        return await sent.perform(command)

    _, forgotten, outcome = await forget_user(sent.node, sent.values["user"], perform)
    for name in forgotten:
        shared_of(sent.request).limits.forget(name)
    return sent.done(outcome)


async def give_name(sent: Sent) -> str:
    """Say whose a name is."""
    wanted = sent.read(_Wanted)
    client = await client_meant(sent.node, wanted.client)
    users = [await user_meant(sent.node, one.strip()) for one in wanted.users.split(",") if one.strip()]
    return sent.done(await sent.perform(GiveName(client=client.id, users=tuple(users))))


async def rename_client(sent: Sent) -> str:
    """Show a client under another name."""
    wanted = sent.read(_Wanted)
    client, name = await client_meant(sent.node, wanted.client), check_name(wanted.name, "name")
    return sent.done(await sent.perform(RenameClient(client=client.id, name=await sealed(sent.node, name))))


async def merge_clients(sent: Sent) -> str:
    """Have the credit of a client count as another's, or as its own again."""
    wanted = sent.read(_Wanted)
    client = (await client_meant(sent.node, wanted.client)).id
    if not wanted.into:
        return sent.done(await sent.perform(PartClients(client=client)))
    into = await client_meant(sent.node, wanted.into)
    return sent.done(await sent.perform(MergeClients(client=client, into=into.id)))
