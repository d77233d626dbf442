"""Takes powers that are on record to their roots: logs of earlier versions hold squares and cubes of primes as open numbers.

A number that is handed in now is taken to its root at once, so that after the start nothing new waits. What waits is looked
for among the open numbers, in a child process, and taken apart by the command that takes out small factors.
"""

import asyncio
import uuid

import structlog

from coordinator.failures import logged
from coordinator.node import Node
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.deciding import Order
from core.factoring.commands.imports import DivideOut
from core.factoring.mathematics.divisibility.powers import powers_among
from core.refusals import Refusal
from projections.factoring.lists import catalogue

_PAUSE_SECONDS = 10.0
_AT_ONCE = 500

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Reconcile after the start, and until that succeeds once; later it could disturb ids that rows moving in keep."""
    while True:
        try:
            return await reconcile(node)
        except Unavailable as error:
            _log.info("powers_wait", reason=str(error))
        except Exception as error:
            _log.error("powers_not_taken_apart", **logged(error))
        await asyncio.sleep(_PAUSE_SECONDS)


async def reconcile(node: Node) -> None:
    """Take every open number that is a power to its root.

    Raises:
        Unavailable: nothing can be written.
    """
    after = 0
    while values := await node.readers["factoring"].query(catalogue.open_values, after, _AT_ONCE):
        after = values[-1][0]
        for number in await node.preparation.run(powers_among, values):
            try:
                await node.perform(_order(number))
            except Refusal as refusal:
                _log.warning("power_left", number=number, reason=str(refusal))


def _order(number: int) -> Order:
    return Order(command=DivideOut(number=number), now=now(), correlation=str(uuid.uuid4()), actor="clock")
