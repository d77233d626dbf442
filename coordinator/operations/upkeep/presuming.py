"""Presence after a start or a takeover: whoever was heard before, or by the node that wrote before, this one was not told of."""

from contextlib import suppress

from coordinator.clients.names import client_names
from coordinator.node import Node
from coordinator.unavailable import Unavailable
from core.deciding import Context
from core.factoring.decide import FACTORING
from projections.factoring.assignment.holdings import only_reserving
from projections.leases.table import holders


async def presume_present(node: Node, moment: int) -> None:
    """Take those for present who hold work; a minute later those are left who were heard meanwhile.

    Args:
        node: whose presence.
        moment: from when on somebody can be heard here, in microseconds UTC.
    """
    for context in node.contexts.values():
        if context.expire is None or context.name in node.withheld:
            continue
        with suppress(Unavailable):  # what is damaged is replaced once the coordinator runs
            await _presume_of(node, context, moment)


async def _presume_of(node: Node, context: Context, moment: int) -> None:
    known = await client_names(node.readers["clients"])
    readers = node.readers[context.name]
    away = await readers.query(only_reserving) if context is FACTORING else ()
    for client in reversed(await readers.query(holders)):
        if client in known and client not in away:
            node.presence.seen(known[client], moment, context.name)
