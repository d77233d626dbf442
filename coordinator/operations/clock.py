"""What has to end because time has passed: leases that nobody renewed, and residue files that nobody needs any more."""

import asyncio
import uuid

import structlog

from coordinator.node import Node
from coordinator.operations.removing import remove_done
from coordinator.residues.store import ResidueStore
from coordinator.wallclock import now
from coordinator.writer.batch import Outcome
from core.deciding import Command, Context, Order
from core.factoring.decide import FACTORING
from core.leases.decide import Lease
from core.timestamps import SECOND
from projections.leases.table import due

_TICK_SECONDS = 1.0
_RESIDUES_SECONDS = 60.0
_AT_ONCE = 500

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """End what has run out, once a second, until cancelled; nobody has to ask."""
    leasing = [context for context in node.contexts.values() if context.expire is not None]
    while True:
        for context in leasing:
            if context.name in node.withheld:  # nobody could renew a lease there
                continue
            try:
                await expire_due(node, context)
            except Exception:  # the next tick tries again; a clock that stops would hold work back for ever
                _log.exception("expiry_failed", context=context.name)
        await asyncio.sleep(_TICK_SECONDS)


async def run_clearing(node: Node, store: ResidueStore) -> None:
    """Remove residue files that nobody needs any more, once a minute, until cancelled."""
    while True:
        if FACTORING.name not in node.withheld:
            try:
                await clear_residues(node, store)
            except Exception:  # the next time tries again
                _log.exception("residues_not_removed")
        await asyncio.sleep(_RESIDUES_SECONDS)


async def clear_residues(node: Node, store: ResidueStore) -> list[int]:
    """Remove residue files that are done and were kept long enough; return their ids."""

    async def perform(command: Command) -> Outcome:
        return await node.perform(_order(command, now()))

    return await remove_done(node, store, perform)


async def expire_due(node: Node, context: Context) -> int:
    """End the leases of one context whose time has run out; return how many those were."""
    assert context.expire is not None
    moment = now()
    served_since = node.withheld.served_since(context.name, node.started_at)
    leases = await node.readers[context.name].query(due, moment, _AT_ONCE)
    orders = [
        _order(context.expire(lease.id), moment) for lease in leases if _ran_out_here(lease, served_since, moment)
    ]
    if orders:
        await node.perform_all(orders)
    return len(orders)


def _order(command: Command, moment: int) -> Order:
    return Order(command=command, now=moment, correlation=str(uuid.uuid4()), actor="clock")


def _ran_out_here(lease: Lease, served_since: int, moment: int) -> bool:
    """Tell whether the holder had a whole lease's time to show itself since it is served here."""
    return served_since + lease.seconds * SECOND <= moment
