"""Presence after a takeover: whoever was heard by the node that wrote before, this one was not told of."""

from coordinator.node import Node
from coordinator.time.wallclock import now
from projections.clients.state import client_names
from projections.leases.table import holders


async def presume_present(node: Node) -> None:
    """Take those for present who hold work; a minute later those are left who were heard meanwhile."""
    moment = now()
    known = await node.readers["clients"].query(client_names)
    for context in node.contexts.values():
        if context.expire is None or context.name in node.withheld:
            continue
        for client in reversed(await node.readers[context.name].query(holders)):
            if client in known:
                node.presence.seen(known[client], moment, context.name)
