"""Settling what becomes of doubtful reports: they stay out, or they count again."""

from typing import Literal

from coordinator.log.corrections import Corrections
from coordinator.log.reading import LogReader
from coordinator.node import Node
from coordinator.operations.correcting import withdraw
from coordinator.operations.performing import Ordered
from core.refusals import Unknown
from core.trust.commands import SettleDoubt
from projections.trust.machines import doubtful


async def settle(
    node: Node, ordered: Ordered, client: int, verdict: Literal["withdrawn", "trusted"], reason: str
) -> list[int]:
    """Settle it; return the positions of the reports.

    Raises:
        Unknown: none of the machine's is in doubt.
        Refusal: the correction was turned down.
        Unavailable: nothing can be written just now.
    """
    waiting = (await node.readers["trust"].query(doubtful, "heeded")).get(client, [])
    if not waiting:
        raise Unknown(f"No report of client-{client} waits for somebody to settle whether it is trusted.")
    if verdict == "trusted":
        withdrawn = await node.log_readers.query(lambda connection: Corrections(LogReader(connection)).named)
        again = [position for position in waiting if position in withdrawn]
        if again:
            await withdraw(node, ordered, again, reason, reinstate=True)
    await node.perform(await ordered(SettleDoubt(client=client, verdict=verdict, reason=reason)))
    return waiting
