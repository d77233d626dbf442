"""The overview: is it healthy, what each context is about just now, and what just happened."""

import sqlite3
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from msgspec import Struct

from coordinator.log.queries import recorded_upto
from coordinator.log.reading import chosen
from coordinator.node import Node
from coordinator.observing.storage import free_bytes, wal_bytes
from coordinator.pages.contributing import Brought
from coordinator.pages.site import Address
from coordinator.pages.telling import Told, tell
from core.events.envelope import StoredEvent
from core.events.fact import Fact
from core.timestamps import SECOND

_TOLD, _LOOKED_AT = 12, 200
"""So many things are told, of so many events: more than half of a log keeps the books, and much happens many times."""
_HOUR = 3_600 * SECOND


class Storage(Struct, frozen=True):
    """How much room is left, and what the write-ahead logs take; bytes."""

    free: int
    wal: int


class Happened(Struct, frozen=True):
    """Neighbouring events of one kind and of one client: the last of them, and how many others there are."""

    last: Told
    others: int


async def overview(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return what the overview shows, whatever the contexts."""
    recent, hour_ago = await node.log_readers.query(_log, node.time)
    told = await tell(brought, node, [node.registry.event(stored) for stored in recent])
    return {
        "present": len(node.presence.recent(node.time)),
        "told": alike(told)[:_TOLD],
        "last_hour": node.position - hour_ago,
        "storage": None if node.moment else Storage(free_bytes(node), sum(wal_bytes(node).values())),
        "own_address": address.origin,
    }


def alike(told: Sequence[Told]) -> list[Happened]:
    """Gather neighbouring events of one kind and of one client."""
    groups = [list(group) for _, group in groupby(told, key=_kind)]
    return [Happened(group[0], len(group) - 1) for group in groups]


def _kind(one: Told) -> tuple[type[Fact], object]:
    return type(one.event.fact), getattr(one.event.fact, "client", None)


def _log(connection: sqlite3.Connection, moment: int) -> tuple[list[StoredEvent], int]:
    """Return the newest events of the log, the newest first, and where it stood an hour before a moment."""
    newest = chosen(connection, "events ORDER BY position DESC LIMIT ?", (_LOOKED_AT,))
    return newest, recorded_upto(connection, moment - _HOUR)
