"""The clock: what is done as time passes. Leases end that nobody renewed, residue files go, and it is noted which keys are used."""

import uuid
from collections.abc import Mapping, Sequence
from functools import partial

import structlog

from coordinator.failures import logged
from coordinator.node import Node
from coordinator.operations.residues.removing import remove_done
from coordinator.residues.store import ResidueStore
from coordinator.time.repeating import every
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome, Result
from core.access.commands import NoteUses
from core.access.decide import ACCESS
from core.deciding import Command, Context, Order
from core.factoring.decide import FACTORING
from core.timestamps import SECOND
from projections.access.state import keys
from projections.leases.table import live

_TICK_SECONDS = 1.0
_MINUTE_SECONDS = 60.0
_AT_ONCE = 500
_USES_EVERY = 3_600 * SECOND

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Tick, until cancelled."""
    await every(_TICK_SECONDS, "clock_failed", partial(tick, node))


async def run_noting(node: Node, used: Mapping[int, int]) -> None:
    """Note which keys are used, until cancelled; `used` is as of `note_uses`, and goes on changing."""
    await every(_MINUTE_SECONDS, "uses_not_noted", partial(note_uses, node, used))


async def run_clearing(node: Node, store: ResidueStore) -> None:
    """Remove residue files that nobody needs any more, until cancelled."""
    await every(_MINUTE_SECONDS, "residues_not_removed", partial(clear_residues, node, store))


async def tick(node: Node) -> bool:
    """End some of what has run out; nobody has to ask. Return whether there may be more, which then need not wait."""
    node.timekeeper.look()
    more = False
    for context in node.contexts.values():
        if context.expire is None or context.name in node.withheld:  # nobody could renew a lease there
            continue
        try:
            more = _ended(await expire_some(node, context)) == _AT_ONCE or more
        except Exception as error:  # the next tick tries again, and the other contexts' leases end meanwhile
            _log.error("expiry_failed", context=context.name, **logged(error))
    return more


async def clear_residues(node: Node, store: ResidueStore) -> list[int]:
    """Remove residue files that are done and were kept long enough; return their ids."""
    if FACTORING.name in node.withheld:
        return []

    async def perform(command: Command) -> Outcome:
        return await node.perform(_order(command, now()))

    return await remove_done(node, store, perform)


async def expire_due(node: Node, context: Context) -> int:
    """End the leases of one context whose time has run out; return how many those were.

    Raises:
        Unavailable: not all of them could be ended, as nothing can be written just now.
    """
    ended, some = 0, _AT_ONCE
    while some == _AT_ONCE:
        results = await expire_some(node, context)
        for unavailable in (result for result in results if isinstance(result, Unavailable)):
            raise unavailable
        some = _ended(results)
        ended += some
    return ended


def _ended(results: Sequence[Result]) -> int:
    return sum(isinstance(result, Outcome) for result in results)


async def expire_some(node: Node, context: Context) -> Sequence[Result]:
    """End up to 500 such leases, after which others have their turn; return what became of each."""
    assert context.expire is not None
    keeper, readers = node.timekeeper, node.readers[context.name]
    served_since = node.withheld.served_since(context.name, node.started_at)
    if keeper.adopted.get(context.name) != served_since:
        held = await readers.query(live)
        keeper.adopt(context.name, held)
        if context.name in keeper.adopted:  # it was withheld meanwhile, and nobody could renew a lease
            for lease in held:
                keeper.renewed(context.name, lease.id)
        keeper.adopted[context.name] = served_since
    due = keeper.due(context.name)[:_AT_ONCE]
    if not due:
        return ()
    ending = {lease.id: lease for lease in await readers.query(live, due)}
    for gone in set(due) - ending.keys():
        keeper.forget(context.name, gone)
    # Its end is never before the time that it was given, whatever the wall clock says by now.
    orders = [_order(context.expire(one.id), max(now(), one.expires_at)) for one in ending.values()]
    return await node.perform_all(orders)


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
