"""Queries of the log, as functions of a read-only connection."""

import sqlite3
from collections.abc import Iterator

import msgspec

from coordinator.log.reading import COLUMNS, chosen
from core.events.envelope import StoredEvent
from core.log.events import LogOpened

_SCANNED_AT_ONCE = 50_000
"""Rows looked at for one page; a rare type must not hold a reader for the whole log."""
MAX_PAGE_BYTES = 2 * 1024 * 1024
_FETCHED_AT_ONCE = 200


class Selection(msgspec.Struct, frozen=True, gc=False):
    """Which events are wanted.

    Attributes:
        stream: only of this stream.
        type: only of this type, or of all types that begin with it and a dot.
        since: recorded at this time or later, microseconds UTC.
        until: recorded before this time, microseconds UTC.
        cause: only what the event at this position led to by itself.
        correlation: only what this request led to, in all of its commands.
    """

    stream: str | None = None
    type: str | None = None
    since: int | None = None
    until: int | None = None
    cause: int | None = None
    correlation: str | None = None


EVERYTHING = Selection()


class Page(msgspec.Struct, frozen=True, gc=False):
    """Events in the order of their positions.

    Attributes:
        events: what was found.
        upto: everything up to this position was looked at.
        more: whether there may be more beyond it.
    """

    events: list[StoredEvent]
    upto: int
    more: bool


def head(connection: sqlite3.Connection) -> int:
    """Return the position of the newest event, 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()[0])


def event_at(connection: sqlite3.Connection, position: int) -> StoredEvent | None:
    """Return one event."""
    found = chosen(connection, "events WHERE position = ?", (position,))
    return found[0] if found else None


def opening(connection: sqlite3.Connection) -> tuple[str, int]:
    """Return the log's id, and when it was opened, microseconds UTC."""
    first = event_at(connection, 1)
    assert first is not None, "a log begins with its opening"
    return msgspec.json.decode(first.data, type=LogOpened).log, first.recorded_at


def version_of(connection: sqlite3.Connection, stream: str) -> int:
    """Return the newest version in a stream, 0 when there is no such stream."""
    row = connection.execute("SELECT max(version) FROM events WHERE stream = ?", (stream,)).fetchone()
    return int(row[0] or 0)


def page(
    connection: sqlite3.Connection,
    after: int,
    limit: int,
    selection: Selection = EVERYTHING,
    upto: int | None = None,
) -> Page:
    """Return the next events that a selection wants.

    Args:
        connection: to the log.
        after: the position that they follow.
        limit: how many, at most; a page of two megabytes ends there.
        selection: which ones.
        upto: the last position to look at.
    """
    end = head(connection) if upto is None else upto
    if selection.until is not None:
        end = min(end, _recorded_before(connection, selection.until))
    start = max(after, selection.cause or 0)
    if selection.since is not None:
        start = max(start, _recorded_before(connection, selection.since))
    stop = end if selection.stream is not None else min(end, start + _SCANNED_AT_ONCE)
    found: list[StoredEvent] = []
    size = 0
    for event in _rows(connection, start, stop, limit, selection):
        found.append(event)
        size += len(event.data)
        if size >= MAX_PAGE_BYTES:
            break
    whole = size < MAX_PAGE_BYTES and len(found) < limit
    reached = max(after, stop) if whole else found[-1].position
    return Page(found, reached, more=reached < end)


def _rows(
    connection: sqlite3.Connection, after: int, upto: int, limit: int, selection: Selection
) -> Iterator[StoredEvent]:
    where, values, order = "position > ? AND position <= ?", [after, upto], "position"
    bound: list[str | int] = [*values]
    if selection.stream is not None:
        # Within a stream versions go with positions, and there is an index by version.
        where, order = f"{where} AND stream = ?", "version"
        bound.append(selection.stream)
    if selection.type is not None:
        where += " AND (type = ? OR substr(type, 1, ?) = ?)"
        bound += [selection.type, len(selection.type) + 1, f"{selection.type}."]
    if selection.cause is not None:
        where += " AND cause = ?"
        bound.append(selection.cause)
    if selection.correlation is not None:
        # The commands of one request after the first are told apart by a number.
        where += " AND (correlation = ? OR substr(correlation, 1, ?) = ?)"
        bound += [selection.correlation, len(selection.correlation) + 1, f"{selection.correlation}/"]
    cursor = connection.execute(f"SELECT {COLUMNS} FROM events WHERE {where} ORDER BY {order} LIMIT ?", (*bound, limit))
    cursor.arraysize = _FETCHED_AT_ONCE
    while rows := cursor.fetchmany():
        yield from (StoredEvent(*row) for row in rows)


def recorded_upto(connection: sqlite3.Connection, moment: int) -> int:
    """Return the position of the last event recorded at a moment, microseconds UTC, or before; 0 when all are later."""
    return _recorded_before(connection, moment + 1)


def _recorded_before(connection: sqlite3.Connection, moment: int) -> int:
    """Return the position of the last event recorded before a moment; times never go back, so halving finds it."""
    low, high = 0, head(connection)
    while low < high:
        middle = (low + high + 1) // 2
        recorded = connection.execute("SELECT recorded_at FROM events WHERE position = ?", (middle,)).fetchone()[0]
        low, high = (middle, high) if recorded < moment else (low, middle - 1)
    return low
