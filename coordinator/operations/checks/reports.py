"""Reports as the log holds them, read for whoever checks curves; the curves of residue files are such reports too."""

import sqlite3
from collections.abc import Sequence

from coordinator.log.queries import EVERYTHING, Selection, page
from coordinator.node import Node
from core.contexts import registry
from core.events.envelope import StoredEvent
from core.factoring.events.reports import CurvesRun
from core.factoring.events.residues import ResidueCurves, ResiduesUploaded
from core.trust.weighing import Reported, told_by
from projections.access.users import holders_of
from projections.factoring.lists.catalogue import numbers_by_id


async def reported(node: Node, rows: Sequence[StoredEvent]) -> list[Reported]:
    """Read reports, with the numbers as they were and whose the machines are."""
    facts = await node.log_readers.query(reports_in, rows)
    numbers = await node.readers["factoring"].query(numbers_by_id, sorted({fact.number for _, fact in facts}))
    holders = await node.readers["access"].query(holders_of, {fact.client for _, fact in facts})
    return [
        Reported(
            position=row.position,
            hash=row.hash,
            users=tuple(sorted(holders[fact.client])),
            value=numbers[fact.number].value if fact.number in numbers else "",
            fact=fact,
        )
        for row, fact in facts
    ]


def rows_at(connection: sqlite3.Connection, positions: Sequence[int]) -> list[StoredEvent]:
    """Return the events at some positions."""
    return [row for position in positions for row in page(connection, position - 1, 1, EVERYTHING, position).events]


def reports_in(connection: sqlite3.Connection, rows: Sequence[StoredEvent]) -> list[tuple[StoredEvent, CurvesRun]]:
    """Return what rows of reports, and of the curves of residue files, say; other rows are left out."""
    found = []
    for row in rows:
        fact = registry().event(row).fact
        if isinstance(fact, ResidueCurves):
            fact = told_by(file_of(connection, row), fact)
        if isinstance(fact, CurvesRun):
            found.append((row, fact))
    return found


def file_of(connection: sqlite3.Connection, row: StoredEvent) -> ResiduesUploaded:
    """Return the residue file whose curves a row tells of."""
    (first,) = page(connection, 0, 1, Selection(stream=row.stream), row.position).events
    fact = registry().event(first).fact
    assert isinstance(fact, ResiduesUploaded), "with it the stream of a residue file begins"
    return fact
