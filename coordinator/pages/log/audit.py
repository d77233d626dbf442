"""The audit: what anybody can hold this coordinator to, and how to check it without trusting it."""

import asyncio
from typing import Any

from coordinator.http.responses.tables import Table
from coordinator.log.checking import segment_problem
from coordinator.log.exploring import corrections_made
from coordinator.log.queries import event_at
from coordinator.log.sqlite import NotALog
from coordinator.node import Node
from coordinator.operations.projections.health import Health, health
from coordinator.operations.verifying import VERIFICATION
from coordinator.pages.log.checking import published
from coordinator.pages.rendering.site import Address
from coordinator.past.snapshots import snapshots
from coordinator.unavailable import Unavailable

_CHECKED = 1_000
_CORRECTIONS = 50
_HEADS = 10
_HEADS_WITHIN = 20_000


async def audit(node: Node, address: Address) -> dict[str, Any]:
    """Return what the audit shows; the newest events are hashed anew for it."""
    end = node.end
    checked = max(end - _CHECKED, 0)
    try:
        problem = await asyncio.to_thread(segment_problem, node.log.path, checked, end, node.registry)
    except NotALog as error:  # it is one, which is written to: what it can't be opened for will pass
        raise Unavailable(f"The newest events can't be hashed anew just now: {error}") from error
    standing = await health(node)
    heads = await asyncio.to_thread(node.notary.heads, max(end - _HEADS_WITHIN, 0), _HEADS_WITHIN)
    return {
        "head": await node.log_readers.query(event_at, end),
        "first": await node.log_readers.query(event_at, 1),
        "checked": end - checked,
        "damage": problem,
        "health": standing,
        "checkpoints": await asyncio.to_thread(snapshots, node.directory),
        "heads": [head for head in heads if head.position <= end][-_HEADS:][::-1],
        "key": node.notary.key.public,
        "corrections": await node.log_readers.query(corrections_made, _CORRECTIONS),
        "verification": VERIFICATION,
        "own_address": address.origin,
        "checker": published(),
        "tables": (Table("projections", Health, standing),),
    }
