"""The clock: what is done as time passes. Leases end that nobody renewed, residue files go, and it is noted which keys are used."""

import uuid
from collections.abc import Mapping

import structlog

from coordinator.node import Node
from coordinator.operations.removing import remove_done
from coordinator.residues.store import ResidueStore
from coordinator.wallclock import now
from coordinator.writer.batch import Outcome
from core.access.commands import NoteUses
from core.access.decide import ACCESS
from core.deciding import Command, Context, Order
from core.factoring.decide import FACTORING
from core.leases.decide import Lease
from core.timestamps import SECOND
from projections.access.state import keys
from projections.leases.table import due

_AT_ONCE = 500
_USES_EVERY = 3_600 * SECOND

_log = structlog.get_logger(__name__)


async def tick(node: Node) -> None:
    """End what has run out; nobody has to ask."""
    for context in node.contexts.values():
        if context.expire is None or context.name in node.withheld:  # nobody could renew a lease there
            continue
        try:
            await expire_due(node, context)
        except Exception:  # the next tick tries again, and the other contexts' leases end meanwhile
            _log.exception("expiry_failed", context=context.name)


async def clear_residues(node: Node, store: ResidueStore) -> list[int]:
    """Remove residue files that are done and were kept long enough; return their ids."""
    if FACTORING.name in node.withheld:
        return []

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


async def note_uses(node: Node, used: Mapping[int, int]) -> None:
    """Record when keys were used last, of those of which nothing was recorded for an hour.

    Args:
        node: a running coordinator.
        used: when, by the key's number, microseconds UTC.
    """
    moments = dict(used)
    if not moments:
        return
    recorded = {key.id: key.used_at or 0 for key in await node.readers[ACCESS.name].query(keys)}
    later = sorted((key, at) for key, at in moments.items() if at - recorded.get(key, at) >= _USES_EVERY)
    for start in range(0, len(later), _AT_ONCE):
        await node.perform(_order(NoteUses(uses=tuple(later[start : start + _AT_ONCE])), now()))


def _order(command: Command, moment: int) -> Order:
    return Order(command=command, now=moment, correlation=str(uuid.uuid4()), actor="clock")


def _ran_out_here(lease: Lease, served_since: int, moment: int) -> bool:
    """Tell whether the holder had a whole lease's time to show itself since it is served here."""
    return served_since + lease.seconds * SECOND <= moment
