"""Where administrators begin: what waits for them, and what was done lately."""

import sqlite3
from typing import Any

from coordinator.intake.kept_uploads import read_upload, recent_uploads
from coordinator.log.reading import chosen
from coordinator.node import Node
from coordinator.operations.health import health
from coordinator.pages.contributing import Brought
from coordinator.pages.site import Address
from coordinator.pages.telling import tell
from core.access.state import Key
from core.events.envelope import StoredEvent
from projections.access.state import keys
from projections.factoring.assignment import holdings
from projections.factoring.lists import counts

_EVENTS, _UPLOADS, _SCANNED = 15, 5, 2_000


async def overview(brought: Brought, node: Node, _: Address) -> dict[str, Any]:
    """Return what the overview of administration shows."""
    rows = await node.log_readers.query(_by_administrators)
    told = [*node.registry.known(rows)]
    known: list[Key] = await node.readers["access"].query(keys)
    return {
        "keys": [key for key in known if key.revoked_at is None],
        "health": await health(node),
        "events": rows,
        "sentences": {one.event.position: one.sentence for one in await tell(brought, node, told, books=True)},
    }


async def overview_of_factoring(node: Node, _: Address) -> dict[str, Any]:
    """Return what the overview of administration shows of factoring."""
    factoring = node.readers["factoring"]
    return {
        "by_shelf": await factoring.query(counts.count_by_shelf),
        "by_status": await factoring.query(counts.count_by_status),
        "held": await factoring.query(holdings.count_of, live=True),
        "reserved": len(await factoring.query(holdings.reservations)),
        "uploads": [read_upload(node.directory, one) for one in recent_uploads(node.directory)[:_UPLOADS]],
    }


def _by_administrators(connection: sqlite3.Connection) -> list[StoredEvent]:
    """Return the newest events that came from a key, among the newest of the log: a rare actor is not searched for."""
    return chosen(
        connection,
        "(SELECT * FROM events ORDER BY position DESC LIMIT ?)"
        " WHERE actor = 'operator' OR actor LIKE 'key-%' ORDER BY position DESC LIMIT ?",
        (_SCANNED, _EVENTS),
    )
