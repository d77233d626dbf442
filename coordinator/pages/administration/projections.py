"""Projections: how far each has come, which views have stopped, and building one anew."""

import sqlite3
from typing import Any

import msgspec

from coordinator.house import House
from coordinator.pages.site import Address
from projections.runtime import checkpoint
from projections.runtime.checkpoint import Degraded


class Standing(msgspec.Struct, frozen=True):
    """How far the projections of a context have come.

    Attributes:
        name: of the context.
        position: up to which they show the log.
        hash: of the event there, hexadecimal.
        lag: how many events of the log they do not show yet.
        degraded: the views that have stopped.
    """

    name: str
    position: int
    hash: str
    lag: int
    degraded: list[Degraded]


async def projections_page(house: House, _: Address) -> dict[str, Any]:
    """Return how far the projections have come."""
    return {"standings": await standings(house), "head": house.log.head().position}


async def standings(house: House) -> list[Standing]:
    """Return how far each context's projections have come."""
    found = []
    for name, readers in house.readers.items():
        position, digest, degraded = await readers.query(_standing)
        found.append(Standing(name, position, digest, max(house.log.head().position - position, 0), degraded))
    return found


def _standing(connection: sqlite3.Connection) -> tuple[int, str, list[Degraded]]:
    head = checkpoint.read(connection)
    return head.position, head.hash.hex(), checkpoint.degraded(connection)
