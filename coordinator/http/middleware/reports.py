"""Finding a report again by the id that its sender was told."""

from coordinator.log.queries import event_at
from coordinator.node import Node
from core.factoring.events import AttemptMade, CurvesRun
from core.factoring.residues.commands import Reported
from projections.factoring.attempts import attempt_by_id


async def reported(node: Node, attempt: int) -> Reported | None:
    """Return a report as the log has it, with all its sigmas; None when there is none, or it was withdrawn."""
    row = await node.readers["factoring"].query(attempt_by_id, attempt)
    if row is None:
        return None
    stored = await node.log_readers.query(event_at, row.position)
    assert stored is not None, f"position {row.position} was folded"
    fact = node.registry.event(stored).fact
    assert isinstance(fact, CurvesRun | AttemptMade), f"attempt {attempt} is a report"
    return Reported(row.position, fact)
