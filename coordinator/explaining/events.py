"""What explanations ask of the log, as functions of a read-only connection."""

import sqlite3
from collections.abc import Sequence

import msgspec

from core.corrections.closing import closed_over_causes
from core.corrections.events import STREAM, Withdrawn
from core.events.envelope import StoredEvent

_COLUMNS = ", ".join(StoredEvent.__struct_fields__)
_AT_ONCE = 500
_decode = msgspec.json.Decoder(Withdrawn).decode


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
        rows = connection.execute(f"SELECT {_COLUMNS} FROM events WHERE position IN ({marks})", tuple(asked))
        found.update({row[0]: StoredEvent(*row) for row in rows})
    return found


def withdrawn_from(connection: sqlite3.Connection, streams: Sequence[str], limit: int) -> list[WithdrawnEvent]:
    """Return the events of some streams that were withdrawn, with what they caused there, oldest first.

    Args:
        connection: to the log.
        streams: in which they stand.
        limit: how many, at most.
    """
    corrections = connection.execute("SELECT position, data FROM events WHERE stream = ?", (STREAM,)).fetchall()
    by_root = {
        root: (position, fact) for position, data in corrections for fact in [_decode(data)] for root in fact.positions
    }
    if not by_root:
        return []
    marks = ", ".join("?" * len(streams))
    rows = connection.execute(
        f"SELECT position, type, cause FROM events WHERE stream IN ({marks}) AND position >= ? ORDER BY position",
        (*streams, min(by_root)),
    ).fetchall()
    causes = {position: cause for position, _, cause in rows if cause is not None}
    closed = closed_over_causes(by_root, causes.items())
    found = []
    for position, kind, _ in rows:
        if position in closed:
            root = position
            while root not in by_root:
                root = causes[root]
            correction, fact = by_root[root]
            found.append(WithdrawnEvent(position, kind, correction, fact.reason))
    return found[:limit]


def caused_by(connection: sqlite3.Connection, position: int) -> list[StoredEvent]:
    """Return what led to an event: its cause, the cause of that, and so on to the first; the nearest first."""
    rows = connection.execute(
        "WITH RECURSIVE chain(at) AS (SELECT cause FROM events WHERE position = ?"
        " UNION ALL SELECT cause FROM chain JOIN events ON position = at WHERE at IS NOT NULL)"
        f" SELECT {_COLUMNS} FROM chain JOIN events ON position = at ORDER BY position DESC",
        (position,),
    )
    return [StoredEvent(*row) for row in rows]
