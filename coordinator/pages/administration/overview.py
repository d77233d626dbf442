"""Where administrators begin: what waits for them, and what they did lately."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from coordinator.http.admission.keyring import OPERATOR
from coordinator.log.reading import chosen
from coordinator.node import Node
from coordinator.operations.projections.health import health
from coordinator.pages.contributing.contribution import Brought
from coordinator.pages.contributing.telling import other_types, tell
from coordinator.pages.rendering.site import Address
from core.access.state import Key
from core.events.envelope import StoredEvent
from projections.access.state import keys

_EVENTS, _SCANNED = 15, 20_000


async def overview(brought: Brought, node: Node, _: Address) -> dict[str, Any]:
    """Return what the overview of administration shows."""
    known: list[Key] = await node.readers["access"].query(keys)
    administrators = [OPERATOR.actor, *(f"key-{key.id}" for key in known if "admin" in key.roles)]
    rows = await node.log_readers.query(_done_by, administrators, other_types(brought))
    told = [*node.registry.known(rows)]
    return {
        "keys": [key for key in known if key.revoked_at is None],
        "health": await health(node),
        "events": rows,
        "scanned": _SCANNED,
        "sentences": {one.event.position: one.sentence for one in await tell(brought, node, told)},
    }


def _done_by(connection: sqlite3.Connection, actors: Sequence[str], without: Sequence[str]) -> list[StoredEvent]:
    """Return the newest events by some actors, among the newest of the log: a rare actor is not searched for.

    Left out are those of the types `without`, and what such an event led to by itself, as the division by small primes of
    what was handed in.
    """
    return chosen(
        connection,
        "events AS newest WHERE position > (SELECT coalesce(max(position), 0) FROM events) - ?"
        " AND actor IN (SELECT value FROM json_each(?)) AND type NOT IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM events AS first WHERE first.position = newest.cause"
        " AND first.correlation = newest.correlation) ORDER BY position DESC LIMIT ?",
        (_SCANNED, json.dumps(actors), json.dumps(without), _EVENTS),
    )
