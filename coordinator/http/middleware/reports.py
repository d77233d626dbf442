"""Finding a report again by the id that its sender was told."""

from gmpy2 import mpz

from coordinator.explaining.events import counting_at
from coordinator.node import Node
from core.factoring.commands.residues import Reported, Uncounted, reported_at
from core.factoring.events.reports import AttemptMade, CurvesRun
from projections.factoring.credit.attempts import attempt_by_id
from projections.factoring.lists.catalogue import number_by_id


async def reported(node: Node, attempt: int) -> Reported | None:
    """Return a report as the log has it, with all its sigmas; None when there is none, or it was withdrawn."""
    row = await node.readers["factoring"].query(attempt_by_id, attempt)
    if row is None:
        return None
    counting = await node.log_readers.query(counting_at, [row.position])
    for stored in counting[row.position]:
        fact = node.registry.event(stored).fact
        if isinstance(fact, CurvesRun | AttemptMade) and fact.attempt == attempt:
            return reported_at(row.position, fact)
    return None  # a declaration of prior work is not a report


async def was_of_part(node: Node, report: Reported | Uncounted | None, value: str) -> bool:
    """Tell whether a report may have been made on a part that vanished with its factor: it counts for the whole since then."""
    if report is None or isinstance(report, Uncounted):
        return False
    number = await node.readers["factoring"].query(number_by_id, report.fact.number)
    return number is not None and mpz(number.value) % mpz(value) == 0
