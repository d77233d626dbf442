"""Reading reports as the log holds them, for whoever checks curves."""

from collections.abc import Sequence

from coordinator.node import Node
from core.events.envelope import StoredEvent
from core.factoring.events import CurvesRun
from core.trust.weighing import Reported
from projections.access.users import belongings
from projections.factoring.catalogue import numbers_by_id


async def reported(node: Node, rows: Sequence[StoredEvent]) -> list[Reported]:
    """Read reports, with the numbers as they were and whose the machines are."""
    facts = [(row, fact) for row in rows if isinstance(fact := node.registry.event(row).fact, CurvesRun)]
    numbers = await node.readers["factoring"].query(numbers_by_id, sorted({fact.number for _, fact in facts}))
    owners = await node.readers["access"].query(belongings)
    return [
        Reported(
            position=row.position,
            hash=row.hash,
            users=tuple(sorted(owners.holders_of(fact.client))),
            value=numbers[fact.number].value if fact.number in numbers else "",
            fact=fact,
        )
        for row, fact in facts
    ]
