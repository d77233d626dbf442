"""How far the projections of each context have come."""

import sqlite3

import msgspec

from coordinator.house import House
from coordinator.projecting.opening import building_path_of
from projections.runtime import checkpoint
from projections.runtime.checkpoint import Degraded


class Standing(msgspec.Struct, frozen=True):
    """How far the projections of a context have come.

    Attributes:
        name: of the context.
        position: of the newest event that changed anything in them.
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


async def standings(house: House) -> list[Standing]:
    """Return how far each context's projections have come."""
    found = []
    for name, readers in house.readers.items():
        position, digest, degraded = await readers.query(_standing)
        rebuilding = building_path_of(house.directory, name).exists()
        found.append(Standing(name, position, digest, house.lag, degraded, rebuilding))
    return found


def _standing(connection: sqlite3.Connection) -> tuple[int, str, list[Degraded]]:
    head = checkpoint.read(connection)
    return head.position, head.hash.hex(), checkpoint.degraded(connection)
