"""Going on by itself where the tables of factoring do not follow the log: after a correction, and after a stop.

It has no memory beyond what it tried: it looks at what stands, every second, and does what helps. A correction of the old
kind may have stopped the state; then what it withdrew is decided again, and recorded. Tables that a correction has made out of
date, or that could not take their place, are built anew until they stand. What else stops a state is left to people.
"""

import sqlite3
import uuid

import structlog

from coordinator.log.corrections import Corrections
from coordinator.log.reading import LogReader
from coordinator.node import Node
from coordinator.operations.correcting import CONTEXT, correct
from coordinator.operations.projections.rebuilding import rebuild
from coordinator.time.repeating import every
from coordinator.time.wallclock import now
from core.deciding import Order
from core.factoring.commands.corrections import Correct
from projections.runtime.checkpoint import Degraded, stopped

_EVERY_SECONDS = 1.0
_LONGEST_SECONDS = 60.0

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Mend what can be mended, until cancelled."""
    left: Degraded | None = None

    async def look() -> None:
        nonlocal left
        left = await mend(node, left)

    await every(_EVERY_SECONDS, "not_mended", look, longest=_LONGEST_SECONDS)


async def mend(node: Node, left: Degraded | None = None) -> Degraded | None:
    """Have the tables of factoring follow the log again, as far as that can be done without people.

    Args:
        node: a running coordinator.
        left: at what the state had stopped when all had been tried already.

    Returns:
        At what the state still stands when all has been tried; None when it goes on.
    """
    if CONTEXT in node.withheld:
        if CONTEXT in node.withheld.unfinished:
            await rebuild(node, CONTEXT)
        return None
    standing = await node.readers[CONTEXT].query(stopped)
    if standing is None or standing == left:
        return standing
    _log.warning("state_stopped", projection=CONTEXT, position=standing.position, reason=standing.reason)
    if await node.log_readers.query(_has_old_corrections_only):
        reason = f"Factoring had stopped at event {standing.position}; what was withdrawn is decided again."
        await correct(node, _order, reason)
    else:
        await rebuild(node, CONTEXT)
    return await node.readers[CONTEXT].query(stopped)


def _has_old_corrections_only(connection: sqlite3.Connection) -> bool:
    corrections = Corrections(LogReader(connection))
    return bool(corrections.old) and corrections.of_old_kind


def _order(command: Correct) -> Order:
    return Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="clock")
