"""Doubtful reports: they don't count until it is settled whether they stay out or count again.

The stage 2 of a residue file rests on the stage 1 that it holds, so when that is doubtful the reports of its stage 2 are, too,
whoever sent them; and the file is handed out no more.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import structlog

from coordinator.log.corrections import Corrections
from coordinator.log.queries import Selection, page
from coordinator.log.reading import LogReader
from coordinator.node import Node
from coordinator.operations.checks.reports import file_of, reports_in, rows_at
from coordinator.operations.checks.secrets import ACTOR, perform
from coordinator.operations.checks.secrets import ordered as of_itself
from coordinator.operations.correcting import withdraw
from coordinator.operations.performing import Ordered
from core.deciding import AnswerT, Command, Order
from core.events.envelope import StoredEvent
from core.factoring.commands.residues import RemoveResidue
from core.factoring.events.numbers import stream_of
from core.factoring.events.reports import CurvesRun
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY
from core.refusals import Unknown
from core.trust.commands import NoteDoubtHeeded, SettleDoubt
from projections.factoring.lists.catalogue import relatives_of
from projections.trust.machines import doubtful

_AT_ONCE = 300

_log = structlog.get_logger(__name__)


async def heed(node: Node, client: int, positions: Sequence[int]) -> None:
    """Have doubtful reports of a client, by their positions, not count until somebody settles it.

    Raises:
        Unavailable: nothing can be written just now.
    """
    withdrawn = await _withdrawn(node)
    files, resting = await _resting_on(node, positions)
    counting = [position for position in resting if position not in withdrawn]
    reason = f"doubtful until settled: checks of curves of client-{client} failed"
    if counting:
        await withdraw(node, _ordered, counting, reason)
    for residue in files:
        await perform(node, RemoveResidue(residue=residue, reason=reason))
    await perform(node, NoteDoubtHeeded(client=client, positions=tuple(positions)))
    _log.warning("reports_doubted", client=client, reports=len(positions))


async def settle(
    node: Node, ordered: Ordered, client: int, verdict: Literal["withdrawn", "trusted"], reason: str
) -> list[int]:
    """Settle it; return the positions of the reports. Of those that are trusted no other withdrawal is taken back.

    Raises:
        Unknown: none of the machine's is in doubt.
        Refusal: the correction was turned down.
        Unavailable: nothing can be written just now.
    """
    waiting = (await node.readers["trust"].query(doubtful, "heeded")).get(client, [])
    if not waiting:
        raise Unknown(f"No report of client-{client} waits for somebody to settle whether it is trusted.")
    if verdict == "trusted":
        again = await _withdrawn_for(node, client, waiting)
        if again:
            await withdraw(node, ordered, again, reason, reinstate=True)
    await node.perform(await ordered(SettleDoubt(client=client, verdict=verdict, reason=reason)))
    return waiting


async def _ordered(command: Command[AnswerT], *, client: str | None = None) -> Order[AnswerT]:  # noqa: ARG001 - one shape for all who ask
    return of_itself(command)


async def _withdrawn(node: Node) -> Mapping[int, int]:
    return await node.log_readers.query(lambda connection: Corrections(LogReader(connection)).named)


async def _withdrawn_for(node: Node, client: int, positions: Sequence[int]) -> list[int]:
    """Return the reports that do not count for the sake of a machine's doubtful ones, and for nothing else.

    An administrator may have withdrawn some before, and others may rest on what another machine did.
    """
    withdrawn = await _withdrawn(node)
    corrections = await node.log_readers.query(rows_at, sorted(set(withdrawn.values())))
    doubts = {row.position for row in corrections if row.actor == ACTOR}
    elsewhere = [
        position
        for doubt in ("heeded", "withdrawn")
        for machine, found in (await node.readers["trust"].query(doubtful, doubt)).items()
        if machine != client
        for position in found
    ]
    _, resting = await _resting_on(node, positions)
    _, kept = await _resting_on(node, elsewhere)
    return sorted({position for position in resting if withdrawn.get(position) in doubts} - set(kept))


async def _resting_on(node: Node, positions: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return which residue files stand at some positions, and all reports that rest on what stands there, by position."""
    rows = await node.log_readers.query(rows_at, positions)
    files: set[int] = set()
    resting: set[int] = set()
    for row in rows:
        if row.type == CurvesRun.type:
            resting.add(row.position)
            continue
        file = await node.log_readers.query(file_of, row)
        files.add(file.residue)
        _, parts = await node.readers["factoring"].query(relatives_of, file.number)
        resting.update(await node.log_readers.query(_of_stage_2, row, (file.number, *parts)))
    return sorted(files), sorted(resting)


def _of_stage_2(connection: sqlite3.Connection, row: StoredEvent, numbers: Sequence[int]) -> list[int]:
    """Return the reports of the stage 2 of a file's curves, on its number and the parts of that, by position."""
    ((_, stage_1),) = reports_in(connection, [row])
    own = set(stage_1.sigmas)
    corrections = Corrections(LogReader(connection))
    return [
        report.position
        for number in numbers
        for report, fact in _reports_behind(connection, row.position, number)
        if (fact.b1, fact.param) == (stage_1.b1, stage_1.param)
        and fact.b2 != STAGE_1_ONLY
        and not own.isdisjoint(fact.sigmas)
        and corrections.place_of(report.position) is None
    ]


def _reports_behind(connection: sqlite3.Connection, after: int, number: int) -> Iterator[tuple[StoredEvent, CurvesRun]]:
    wanted = Selection(stream=stream_of(number), type="factoring.curves_run")
    more = True
    while more:
        found = page(connection, after, _AT_ONCE, wanted)
        yield from reports_in(connection, found.events)
        after, more = found.upto, found.more
