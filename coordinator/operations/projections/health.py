"""How far the projections of each context have come."""

import sqlite3

import msgspec

from coordinator.node import Node
from coordinator.projecting.opening import building_path_of
from coordinator.unavailable import Unavailable
from core.events.chain import GENESIS
from projections.runtime import checkpoint
from projections.runtime.checkpoint import Degraded


class Health(msgspec.Struct, frozen=True):
    """How far the projections of a context have come.

    Attributes:
        name: of the context; one that is withheld has `state` among its degraded views, with the reason.
        position: of the event up to which they were last written; nothing after it changes them, but for what `lag` counts.
        hash: of that event, hexadecimal.
        lag: how many events of the log they do not show yet.
        degraded: the views that have stopped.
        rebuilding: whether they are being built anew.
    """

    name: str
    position: int
    hash: str
    lag: int
    degraded: list[Degraded]
    rebuilding: bool


async def health(node: Node) -> list[Health]:
    """Return how far each context's projections have come."""
    found = []
    for name, readers in node.readers.items():
        rebuilding = building_path_of(node.directory, name).exists()
        if name in node.withheld:
            found.append(Health(name, 0, GENESIS.hex(), node.end, withheld(node, name), rebuilding))
            continue
        position, digest, degraded = await readers.query(_read)
        found.append(Health(name, position, digest, node.lag, degraded, rebuilding))
    return found


async def require_following(node: Node, name: str) -> None:
    """Turn down what must not be done on the word of tables that do not follow the log.

    Raises:
        Unavailable: the context is withheld, or its state has stopped.
    """
    stopped = await node.readers[name].query(checkpoint.stopped)
    if stopped is not None:
        raise Unavailable(
            f"Nothing of {name} is removed: its state stopped at event {stopped.position} ({stopped.reason}), and what it"
            " says is not the whole."
        )


def withheld(node: Node, name: str) -> list[Degraded]:
    """Return why a context is withheld, as that of a state that has stopped before the first event."""
    return [Degraded(checkpoint.STATE, 0, node.withheld.sentences[name])]


def _read(connection: sqlite3.Connection) -> tuple[int, str, list[Degraded]]:
    head = checkpoint.read(connection)
    return head.position, head.hash.hex(), checkpoint.degraded(connection)
