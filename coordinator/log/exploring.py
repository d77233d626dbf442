"""Looking around in the log: newest first, with filters; one event and what is around it.

All are functions of a read-only connection. A rare type or actor is searched for in a stretch of the log at a time, so
that no look takes long however long the log is.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from coordinator.log.corrections import Corrections, CountedEvent
from coordinator.log.queries import event_at
from coordinator.log.reading import LogReader, chosen
from core.corrections.events import STREAM, ReportsReinstated, ReportsWithdrawn, Withdrawn
from core.events.envelope import StoredEvent

_LOOKED_THROUGH = 50_000
_EFFECTS = 50
_EFFECTS_WITHIN = 10_000
_Naming = Withdrawn | ReportsWithdrawn | ReportsReinstated
_DECODERS: dict[str, msgspec.json.Decoder[_Naming]] = {
    kind.type: msgspec.json.Decoder(kind) for kind in (Withdrawn, ReportsWithdrawn, ReportsReinstated)
}


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """Which events to look for.

    Attributes:
        before: only at earlier positions.
        stream: only of this stream.
        type: only of this type, or of all types that begin with it and a dot.
        without: none of these types.
        actor: only in this name.
        since: only at this position or later.
        limit: how many.
    """

    before: int | None = None
    stream: str = ""
    type: str = ""
    without: Sequence[str] = ()
    actor: str = ""
    since: int = 1
    limit: int = 100


class Look(msgspec.Struct, frozen=True):
    """The events found, the newest first; everything from `down_to` on was looked at, and there is more before `older`."""

    events: list[StoredEvent]
    down_to: int
    older: int | None


class Surroundings(msgspec.Struct, frozen=True):
    """One event and what is around it.

    Attributes:
        event: the event.
        previous_hash: of the event before; None for the first.
        newest: position of the log's newest event.
        earlier: position of the event before it in its stream.
        later: position of the one after it there.
        cause: what led to it.
        effects: what it led to, close by.
        standing: whether it counts, after the log's corrections.
    """

    event: StoredEvent
    previous_hash: bytes | None
    newest: int
    earlier: int | None
    later: int | None
    cause: StoredEvent | None
    effects: list[StoredEvent]
    standing: CountedEvent


class Correction(msgspec.Struct, frozen=True):
    """Something that was withdrawn, or taken back in, and the event that says so."""

    event: StoredEvent
    fact: Withdrawn | ReportsWithdrawn | ReportsReinstated

    @property
    def reinstated(self) -> bool:
        """Whether what it names counts again."""
        return isinstance(self.fact, ReportsReinstated)


def look(connection: sqlite3.Connection, wanted: Wanted) -> Look:
    """Look back through the log."""
    (newest,) = connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
    high = newest if wanted.before is None else min(wanted.before - 1, newest)
    low = wanted.since
    conditions: dict[str, Sequence[object]] = {}
    order = "position"
    if wanted.stream:
        conditions["stream = ?"], order = (wanted.stream,), "version"
    elif wanted.type or wanted.without or wanted.actor:
        low = max(low, high - _LOOKED_THROUGH + 1)
    if wanted.type:
        conditions["(type = ? OR substr(type, 1, ?) = ?)"] = (wanted.type, len(wanted.type) + 1, f"{wanted.type}.")
    if wanted.without:
        conditions[f"type NOT IN ({', '.join('?' * len(wanted.without))})"] = wanted.without
    if wanted.actor:
        conditions["actor = ?"] = (wanted.actor,)
    where = " AND ".join(("position BETWEEN ? AND ?", *conditions))
    values = [value for bound in conditions.values() for value in bound]
    bounds = (low, high, *values, wanted.limit)
    events = chosen(connection, f"events WHERE {where} ORDER BY {order} DESC LIMIT ?", bounds)
    reached = events[-1].position if len(events) == wanted.limit else low
    return Look(events, reached, reached if reached > wanted.since else None)


def around(connection: sqlite3.Connection, position: int) -> Surroundings | None:
    """Return an event with what is around it, None when there is none."""
    found = event_at(connection, position)
    if found is None:
        return None
    before = event_at(connection, position - 1)
    (newest,) = connection.execute("SELECT max(position) FROM events").fetchone()
    # Effects stand close by: whatever an event led to later (a report under an assignment) is in its stream's events.
    effects = chosen(
        connection,
        "events WHERE cause = ? AND position BETWEEN ? AND ? ORDER BY position LIMIT ?",
        (position, position, position + _EFFECTS_WITHIN, _EFFECTS),
    )
    return Surroundings(
        event=found,
        previous_hash=before.hash if before else None,
        newest=newest,
        earlier=_in_stream(connection, found.stream, found.version - 1),
        later=_in_stream(connection, found.stream, found.version + 1),
        cause=event_at(connection, found.cause) if found.cause else None,
        effects=effects,
        standing=Corrections(LogReader(connection)).standing(found),
    )


def corrections_made(connection: sqlite3.Connection, limit: int) -> list[Correction]:
    """Return the newest corrections of the log, the newest first."""
    marks = ", ".join("?" * len(_DECODERS))
    made = f"events WHERE stream = ? AND type IN ({marks}) ORDER BY version DESC LIMIT ?"
    rows = chosen(connection, made, (STREAM, *_DECODERS, limit))
    return [Correction(event, _DECODERS[event.type].decode(event.data)) for event in rows]


def _in_stream(connection: sqlite3.Connection, stream: str, version: int) -> int | None:
    row = connection.execute(
        "SELECT position FROM events WHERE stream = ? AND version = ?", (stream, version)
    ).fetchone()
    return int(row[0]) if row else None
