"""Forgetting clients and users while the coordinator runs: names go from the log's keys, the tables, and from memory."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from coordinator.clients.erasing import destroy_keys
from coordinator.node import Node
from coordinator.operations.people import client_meant, user_meant
from coordinator.projecting.opening import building_path_of
from coordinator.writer.outcome import Outcome
from core.clients.commands import ForgetClient, ForgetUser
from core.clients.decide import Client
from core.refusals import Busy, Conflict
from projections.access.users import belongings
from projections.clients.state import also_named, name_of
from projections.runtime.scrubbing import StillRead

_CONTEXT = "clients"


async def forget(node: Node, who: str, perform: Callable[[ForgetClient], Awaitable[Outcome]]) -> tuple[Client, Outcome]:
    """Forget a client; when this returns, no byte of its name is left in the data directory.

    Args:
        node: a running coordinator.
        who: the client's name, else its number as `client-5`.
        perform: has the command decided.

    Returns:
        The client as it was, and what became of the command.

    Raises:
        Unknown: there is no such client.
        Conflict: the table of clients is being built anew just now.
        Busy: another program reads the files; the client is forgotten, and asking again finishes it.
    """
    known = await client_meant(node, who)
    with _not_built_anew(node):
        names = await node.readers[_CONTEXT].query(_names_of, [known.id])
        outcome = await perform(ForgetClient(known.id))
        await erase(node, names)
    return known, outcome


async def forget_user(
    node: Node, who: str, perform: Callable[[ForgetUser], Awaitable[Outcome]]
) -> tuple[str, list[str], Outcome]:
    """Forget a user, those merged into it, and the clients whose names were theirs alone, as `forget` does.

    Returns:
        The user, the names by which those clients went, and what became of the command.

    Raises:
        Refusal: as `forget`.
    """
    known = await node.readers["access"].query(belongings)
    user = known.user(await user_meant(node, who))
    clients = tuple(client for client in known.names_of(user) if known.holders_of(client) == {user})
    with _not_built_anew(node):
        names = await node.readers[_CONTEXT].query(_names_of, clients)
        outcome = await perform(ForgetUser(user=user, merged=tuple(known.merged_into(user)), clients=clients))
        await erase(node, names)
    return user, names, outcome


def _names_of(connection: sqlite3.Connection, clients: Sequence[int]) -> list[str]:
    """Return all the names by which some clients go."""
    shown = [name for client in clients if (name := name_of(connection, client)) is not None]
    return shown + [name for client in clients for name in also_named(connection, client)]


async def erase(node: Node, names: Sequence[str]) -> None:
    """Take names that were forgotten out of memory and out of the files."""
    for name in names:
        node.introductions.forget(name)
        node.presence.forget(name)
    async with node.readers[_CONTEXT].closed():
        try:
            await node.writer.between_batches(partial(destroy_keys, sealing=node.sealing))
        except StillRead:
            raise Busy(
                "That is forgotten, but another program reads the files in which the name stood; ask again when it has"
                " ended, or start the coordinator anew."
            ) from None


@contextmanager
def _not_built_anew(node: Node) -> Iterator[None]:
    """Keep the table of clients from being built anew meanwhile: it would bring along names read with keys still there."""
    path = building_path_of(node.directory, _CONTEXT)
    try:
        path.open("x").close()
    except FileExistsError:
        raise Conflict("The table of clients is being built anew; ask again when that has ended.") from None
    try:
        yield
    finally:
        path.unlink()
