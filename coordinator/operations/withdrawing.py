"""Withdrawing attempts and factors; all that followed from them, and the curves that have to move, are looked up first.

Whatever an event caused is withdrawn with it, so a factor takes along the parts that it made and all work on them. Curves
that were run on such a part are curves on what it divides, and are recorded there anew.
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from coordinator.explaining.events import events_at
from coordinator.log.exploring import withdrawn_by, withdrawn_positions
from coordinator.node import Node
from coordinator.operations.performing import Perform
from coordinator.operations.rebuilding import rebuild
from coordinator.writer.batch import Outcome
from core.corrections.closing import closed_over_causes
from core.events.envelope import StoredEvent
from core.factoring.curation.commands import Orphan, Withdraw
from core.factoring.events import AttemptMade, CurvesRun, FactorFound, NumberSplit
from core.factoring.prior_events import PriorWorkDeclared
from core.factoring.splitting import stream_of
from core.refusals import BadInput, Conflict, Unknown
from projections.factoring.catalogue import number_by_id
from projections.factoring.family import Family

MAX_POSITIONS = 1_000
"""How many events one correction names, at most."""
MAY_BE_WITHDRAWN = (CurvesRun.type, AttemptMade.type, PriorWorkDeclared.type, FactorFound.type)
_CONTEXT = "factoring"
_BETWEEN_TRIES_SECONDS = 0.25
_CAUSED = "SELECT position, cause FROM events WHERE position > ? AND cause IS NOT NULL ORDER BY position"
_SPLIT = "SELECT position FROM events WHERE stream = ? AND type = ? ORDER BY version DESC LIMIT 1"


class Entailed(msgspec.Struct, frozen=True):
    """What withdrawing some events amounts to.

    Attributes:
        named: those that are named.
        already: those of them that do not count already, with the correction that says so.
        following: positions of what they caused, however far, and what counts until now.
    """

    named: list[StoredEvent]
    already: dict[int, int]
    following: list[int]


def entailed(connection: sqlite3.Connection, positions: Sequence[int]) -> Entailed:
    """Return what withdrawing some events takes along.

    Raises:
        Unknown: the log has no such event.
        BadInput: it records neither an attempt nor a factor.
    """
    named = events_at(connection, positions)
    for position in positions:
        if position not in named:
            raise Unknown(f"The log has no event {position}.")
        if named[position].type not in MAY_BE_WITHDRAWN:
            raise BadInput(
                f"Event {position} is a {named[position].type}; attempts and factors can be withdrawn:"
                f" {', '.join(MAY_BE_WITHDRAWN)}."
            )
    corrected = {position: withdrawn_by(connection, event) for position, event in named.items()}
    closed = _closed(connection, positions)
    before = _closed(connection, withdrawn_positions(connection)) if closed else frozenset()
    return Entailed(
        named=[named[position] for position in sorted(named)],
        already={position: correction for position, correction in corrected.items() if correction is not None},
        following=sorted(closed.difference(positions, before)),
    )


def _closed(connection: sqlite3.Connection, positions: Sequence[int]) -> frozenset[int]:
    return closed_over_causes(positions, connection.execute(_CAUSED, (min(positions, default=0),)) if positions else ())


class _Heir(msgspec.Struct, frozen=True):
    """Where the curves of a number go: `through` is the number of whose split the heir is part, 0 when it was there."""

    number: int
    cause: int
    through: int


async def withdrawing(node: Node, positions: Sequence[int], reason: str) -> Withdraw:
    """Return the command that has events not count any more.

    Args:
        node: a running coordinator.
        positions: of attempts and factors.
        reason: in words.

    Raises:
        Unknown: the log has no such event.
        BadInput: it records neither an attempt nor a factor.
    """
    found = await node.log_readers.query(entailed, positions)
    events = await node.log_readers.query(events_at, found.following)
    facts = [node.registry.fact(event.type, event.data) for _, event in sorted(events.items())]
    runs = [fact for fact in facts if isinstance(fact, CurvesRun)]
    splits = [fact for fact in facts if isinstance(fact, NumberSplit)]
    heirs, efforts = await node.readers["factoring"].query(
        _heirs,
        {part.number for split in splits for part in split.parts} | {run.number for run in runs},
        frozenset([*positions, *found.following]),
        {split.number for split in splits},
    )
    orphans = []
    for run in runs:
        heir = heirs[run.number]
        cause = await node.log_readers.query(_split_of, heir.through) if heir.through else heir.cause
        orphans.append(Orphan(run, heir.number, cause))
    return Withdraw(tuple(positions), reason, tuple(found.already.items()), tuple(orphans), tuple(efforts.items()))


async def withdraw(node: Node, perform: Perform, positions: Sequence[int], reason: str) -> Outcome:
    """Have attempts and factors, by the positions of their events, not count any more; every table shows so then.

    Raises:
        Unknown: the log has no such event.
        BadInput: it records neither an attempt nor a factor.
    """
    outcome = await perform(await withdrawing(node, positions, reason))
    while True:
        try:
            await rebuild(node, _CONTEXT)
        except Conflict:  # a rebuild that began before the correction does not take it into account
            await asyncio.sleep(_BETWEEN_TRIES_SECONDS)
        else:
            return outcome


def _heirs(
    connection: sqlite3.Connection, parts: AbstractSet[int], gone: AbstractSet[int], unsplit: AbstractSet[int]
) -> tuple[Mapping[int, _Heir], dict[int, int]]:
    """Return where the curves on those parts go that vanish or come back by another way, and what effort each has now.

    Args:
        connection: to the tables of factoring.
        parts: what some numbers were split into.
        gone: positions of the events that do not count any more.
        unsplit: the numbers whose splits are among them.
    """
    family = Family(connection)
    numbers = {part: number_by_id(connection, part) for part in sorted(parts)}
    vanishing = {part: number for part, number in numbers.items() if number is not None and number.submitted in gone}

    def heir(number: int) -> _Heir:
        there = number_by_id(connection, number)
        assert there is not None, "a split or a report tells of it"
        if there.submitted not in gone:
            return _Heir(number, there.submitted, 0)
        parents = family.parents(number)
        through = next((parent for parent in parents if parent not in unsplit), 0)
        return _Heir(number, 0, through) if through else heir(parents[0])

    return {part: heir(part) for part in vanishing}, {part: number.effort for part, number in vanishing.items()}


def _split_of(connection: sqlite3.Connection, number: int) -> int:
    """Return the position of the event that split a number."""
    (position,) = connection.execute(_SPLIT, (stream_of(number), NumberSplit.type)).fetchone()
    return int(position)
