"""Forgetting a client while the coordinator runs: its name goes from the log's keys, the tables, and from memory."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial

from coordinator.clients.erasing import destroy_keys
from coordinator.node import Node
from coordinator.projecting.opening import building_path_of
from coordinator.writer.batch import Outcome
from core.clients.commands import ForgetClient
from core.clients.decide import Client
from core.refusals import Busy, Conflict, Unknown
from projections.clients.state import client_numbered, number_named
from projections.runtime.scrubbing import StillRead

_CONTEXT = "clients"
_LONGEST_NUMBER = 18


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
    known = await node.readers[_CONTEXT].query(_meant, who)
    if known is None:
        raise Unknown(f"There is no client {who[:128]!r}; a name or a number such as client-5 is accepted.")
    with _not_built_anew(node):
        outcome = await perform(ForgetClient(known.id))
        if known.name is not None:
            node.introductions.forget(known.name)
            node.presence.forget(known.name)
        async with node.readers[_CONTEXT].closed():
            try:
                await node.writer.between_batches(partial(destroy_keys, sealing=node.sealing))
            except StillRead:
                raise Busy(
                    "The client is forgotten, but another program reads the files in which its name stood;"
                    " ask again when it has ended, or start the coordinator anew."
                ) from None
    return known, outcome


def _meant(connection: sqlite3.Connection, who: str) -> Client | None:
    """Return the client of a name, else of a number; a client may bear a name that looks like another's number."""
    number = number_named(connection, who)
    digits = who.removeprefix("client-")
    if number is None and who != digits and digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER:
        number = int(digits)
    return None if number is None else client_numbered(connection, number)


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
