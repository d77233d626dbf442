"""The one room in which things happen because time has passed: leases that nobody renewed are ended."""

import asyncio
import uuid

import structlog

from coordinator.house import House, now
from core.contexts import CONTEXTS
from core.deciding import Context, Order
from core.leases.decide import Lease
from core.timestamps import SECOND
from projections.leases.table import due

_TICK_SECONDS = 1.0
_AT_ONCE = 500

_log = structlog.get_logger(__name__)


async def run(house: House) -> None:
    """End what has run out, once a second, until cancelled; nobody has to ask."""
    leasing = [context for context in CONTEXTS if context.expire is not None]
    while True:
        for context in leasing:
            if context.name in house.withheld:  # nobody could renew a lease there
                continue
            try:
                await expire_due(house, context)
            except Exception:  # the next tick tries again; a clock that stops would hold work back for ever
                _log.exception("expiry_failed", context=context.name)
        await asyncio.sleep(_TICK_SECONDS)


async def expire_due(house: House, context: Context) -> int:
    """End the leases of one context whose time has run out; return how many those were."""
    assert context.expire is not None
    moment = now()
    served_since = house.withheld.served_since(context.name, house.started_at)
    leases = await house.readers[context.name].query(due, moment, _AT_ONCE)
    orders = [
        Order(command=context.expire(lease.lease), now=moment, correlation=str(uuid.uuid4()), actor="clock")
        for lease in leases
        if _ran_out_here(lease, served_since, moment)
    ]
    if orders:
        await house.perform_all(orders)
    return len(orders)


def _ran_out_here(lease: Lease, served_since: int, moment: int) -> bool:
    """Tell whether the holder had a whole lease's time to show itself since it is served here."""
    return served_since + lease.seconds * SECOND <= moment
