"""Presence after a start or a takeover: whoever was heard before, or by the node that wrote before, this one was not told of."""

from coordinator.clients.names import client_names
from coordinator.node import Node
from core.factoring.decide import FACTORING
from projections.factoring.assignment.holdings import only_reserving
from projections.leases.table import holders


async def presume_present(node: Node, moment: int) -> None:
    """Take those for present who hold work; a minute later those are left who were heard meanwhile.

    Args:
        node: whose presence.
        moment: from when on somebody can be heard here, in microseconds UTC.
    """
    known = await client_names(node.readers["clients"])
    for context in node.contexts.values():
        if context.expire is None or context.name in node.withheld:
            continue
        readers = node.readers[context.name]
        away = await readers.query(only_reserving) if context is FACTORING else ()
        for client in reversed(await readers.query(holders)):
            if client in known and client not in away:
                node.presence.seen(known[client], moment, context.name)
