"""Queries of the log that explanations need, as functions of a read-only connection."""

import sqlite3
from collections.abc import Sequence
from itertools import islice

import msgspec

from coordinator.log.corrections import OWN, Corrections
from coordinator.log.exploring import corrections_made
from coordinator.log.reading import COLUMNS, LogReader, chosen
from core.events.envelope import StoredEvent
from projections.runtime.projection import prefix_of

_AT_ONCE = 500
_CORRECTIONS = 10_000


class WithdrawnEvent(msgspec.Struct, frozen=True):
    """An event that counts no more.

    Attributes:
        position: of the event.
        type: what kind of fact it is.
        withdrawn_by: position of the correction.
        reason: why, in the words of whoever corrected.
    """

    position: int
    type: str
    withdrawn_by: int
    reason: str


def events_at(connection: sqlite3.Connection, positions: Sequence[int]) -> dict[int, StoredEvent]:
    """Return the events at some positions."""
    found = {}
    for start in range(0, len(positions), _AT_ONCE):
        asked = positions[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(asked))
        rows = chosen(connection, f"events WHERE position IN ({marks})", tuple(asked))
        found.update({row.position: row for row in rows})
    return found


def counting_at(connection: sqlite3.Connection, positions: Sequence[int]) -> dict[int, list[StoredEvent]]:
    """Return the events that count at some positions: what was recorded there, or what was restated for it."""
    corrections = Corrections(LogReader(connection))
    found: dict[int, list[StoredEvent]] = {}
    for position, row in events_at(connection, positions).items():
        command = [row] if not corrections.made else corrections.command_of(row)
        counting = corrections.counting(command).rows
        found[position] = [one for one in counting if one.position == position] or [row]
    return found


def commands_at(connection: sqlite3.Connection, places: Sequence[int]) -> dict[int, list[StoredEvent]]:
    """Return what was recorded about factoring by the commands that begin at some positions."""
    corrections = Corrections(LogReader(connection))
    return {place: [row for row in corrections.command_at(place) if prefix_of(row.type) in OWN] for place in places}


def withdrawn_from(connection: sqlite3.Connection, streams: Sequence[str], limit: int) -> list[WithdrawnEvent]:
    """Return the events of some streams that do not count any more, oldest first.

    Args:
        connection: to the log.
        streams: in which they stand.
        limit: how many, at most.
    """
    corrections = Corrections(LogReader(connection))
    first = min([*corrections.places, *corrections.withdrawn], default=None)
    if first is None:
        return []
    reasons = {made.event.position: made.fact.reason for made in corrections_made(connection, _CORRECTIONS)}
    marks = ", ".join("?" * len(streams))
    # The index of streams has the positions, so that of many reports those are read of which a correction says something.
    rows = connection.execute(
        f"SELECT position FROM events WHERE stream IN ({marks}) AND position >= ? ORDER BY position", (*streams, first)
    )
    concerned = (position for (position,) in rows if corrections.concerns(position))
    found: list[WithdrawnEvent] = []
    while len(found) < limit and (some := list(islice(concerned, limit))):
        for position, event in sorted(events_at(connection, some).items()):
            standing = corrections.standing(event)
            if not standing.counts and standing.correction is not None:
                reason = reasons.get(standing.correction, "")
                found.append(WithdrawnEvent(position, event.type, standing.correction, reason))
    return found[:limit]


def caused_by(connection: sqlite3.Connection, position: int) -> list[StoredEvent]:
    """Return what led to an event: its cause, the cause of that, and so on to the first; the nearest first."""
    rows = connection.execute(
        "WITH RECURSIVE chain(at) AS (SELECT cause FROM events WHERE position = ?"
        " UNION ALL SELECT cause FROM chain JOIN events ON position = at WHERE at IS NOT NULL)"
        f" SELECT {COLUMNS} FROM chain JOIN events ON position = at ORDER BY position DESC",
        (position,),
    )
    return [StoredEvent(*row) for row in rows]
