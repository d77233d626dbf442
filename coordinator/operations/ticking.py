"""Having the log's end signed at intervals."""

import asyncio

import structlog

from coordinator.node import Node
from coordinator.wallclock import now

_TICK_SECONDS = 1.0

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Tend the notary once a second, and without a pause while the tree is behind, until cancelled."""
    failing = False
    while True:
        there = True
        try:
            there = await asyncio.to_thread(node.notary.tend, now())
            failing = False
        except Exception:  # the next tick tries again, and a disk that stays full is no news
            if not failing:
                _log.exception("head_not_signed")
            failing = True
        await asyncio.sleep(_TICK_SECONDS if there else 0)
