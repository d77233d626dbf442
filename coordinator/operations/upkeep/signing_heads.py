"""Having the log's end signed at intervals."""

import asyncio

from coordinator.node import Node
from coordinator.wallclock import now


async def tend(node: Node) -> bool:
    """Tend the notary; return whether the tree is behind, so that there is more to do at once."""
    return not await asyncio.to_thread(node.notary.tend, now())
