"""The overview: is it healthy, what each context is about just now, and what just happened."""

import sqlite3
from typing import Any

from msgspec import Struct

from coordinator.log.queries import recorded_upto
from coordinator.log.reading import chosen
from coordinator.node import Node
from coordinator.observing.storage import free_bytes, wal_bytes
from coordinator.pages.contributing import Brought
from coordinator.pages.site import Address
from coordinator.pages.telling import tell
from core.events.envelope import StoredEvent
from core.timestamps import SECOND

_TOLD, _LOOKED_AT = 12, 60
"""So many events are told, of so many: more than half of a log keeps the books."""
_HOUR = 3_600 * SECOND


class Storage(Struct, frozen=True):
    """How much room is left, and what the write-ahead logs take; bytes."""

    free: int
    wal: int


async def overview(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return what the overview shows, whatever the contexts."""
    recent, hour_ago = await node.log_readers.query(_log, node.time)
    told = await tell(brought, node, [node.registry.event(stored) for stored in recent])
    return {
        "present": len(node.presence.recent(node.time)),
        "told": told[:_TOLD],
        "last_hour": node.position - hour_ago,
        "storage": None if node.moment else Storage(free_bytes(node), sum(wal_bytes(node).values())),
        "own_address": address.origin,
    }


def _log(connection: sqlite3.Connection, moment: int) -> tuple[list[StoredEvent], int]:
    """Return the newest events of the log, the newest first, and where it stood an hour before a moment."""
    newest = chosen(connection, "events ORDER BY position DESC LIMIT ?", (_LOOKED_AT,))
    return newest, recorded_upto(connection, moment - _HOUR)
