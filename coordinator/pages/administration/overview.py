"""Where administrators begin: what waits for them, and what was done lately."""

import sqlite3
from typing import Any

from coordinator.log.reading import chosen
from coordinator.node import Node
from coordinator.operations.projections.health import health
from coordinator.pages.contributing.contribution import Brought
from coordinator.pages.contributing.telling import tell
from coordinator.pages.rendering.site import Address
from core.access.state import Key
from core.events.envelope import StoredEvent
from projections.access.state import keys

_EVENTS, _SCANNED = 15, 2_000


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


def _by_administrators(connection: sqlite3.Connection) -> list[StoredEvent]:
    """Return the newest events that came from a key, among the newest of the log: a rare actor is not searched for.

    What such an event led to by itself, as the division by small primes of what was handed in, is left out.
    """
    return chosen(
        connection,
        "(SELECT * FROM events ORDER BY position DESC LIMIT ?) AS newest"
        " WHERE (actor = 'operator' OR actor LIKE 'key-%') AND NOT EXISTS (SELECT 1 FROM events AS first"
        " WHERE first.position = newest.cause AND first.correlation = newest.correlation) ORDER BY position DESC LIMIT ?",
        (_SCANNED, _EVENTS),
    )
