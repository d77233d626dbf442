"""Having reports withdrawn on a running coordinator, without HTTP."""

import uuid

from coordinator.operations.correcting import correct
from coordinator.time.wallclock import now
from core.deciding import Order


async def withdraw(node, *positions, undo=False, reason="a slip"):
    """Withdraw reports or factors by the positions of their events, or take them back in; return the outcome."""

    def order_of(command):
        return Order(command=command, now=now(), correlation=uuid.uuid4().hex, actor="operator")

    withdrawn, reinstated = ((), positions) if undo else (positions, ())
    return await correct(node, order_of, reason, withdrawn, reinstated)
