"""Having the log's end signed at intervals."""

import asyncio

from coordinator.node import Node
from coordinator.time.repeating import every
from coordinator.time.wallclock import now

_EVERY_SECONDS = 1.0


async def run(node: Node) -> None:
    """Tend the notary, until cancelled."""

    async def tend() -> bool:
        up_to_date = await asyncio.to_thread(node.notary.tend, now())
        return not up_to_date

    await every(_EVERY_SECONDS, "head_not_signed", tend)
