"""The log itself: every event, newest first or by stream, and each with what led to it and what it led to."""

import json
import sqlite3
from typing import Any

from coordinator.house import House
from coordinator.pages.site import Address
from core.events.envelope import StoredEvent
from core.refusals import BadInput, Unknown

_SHOWN = 100
_COLUMNS = ", ".join(StoredEvent.__struct_fields__)


async def events(house: House, address: Address) -> dict[str, Any]:
    """Return a page of events, as the address asks for."""
    query = address.query
    before = _position(query["before"]) if query.get("before") else None
    stream, kind = query.get("stream", ""), query.get("type", "")
    rows = await house.log_readers.query(_page, before, stream, kind)
    return {"events": rows, "stream": stream, "kind": kind, "shown": _SHOWN, "before": before}


async def event(house: House, address: Address) -> dict[str, Any]:
    """Return one event with its neighbours, its cause and its effects.

    Raises:
        Unknown: the log has no such position.
    """
    position = _position(address.values["position"])
    shown = await house.log_readers.query(_event, position)
    if shown is None:
        raise Unknown(f"The log has no event {position}.")
    return shown


def _position(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadInput(f"{text[:40]!r} is not a position; a whole number from 1 is.")
    return int(text)


def _page(connection: sqlite3.Connection, before: int | None, stream: str, kind: str) -> list[StoredEvent]:
    conditions = {"position < ?": before, "stream = ?": stream or None, "type = ?": kind or None}
    used = {condition: value for condition, value in conditions.items() if value is not None}
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE {' AND '.join(used) or 'TRUE'} ORDER BY position DESC LIMIT ?",
        (*used.values(), _SHOWN),
    )
    return [StoredEvent(*row) for row in rows]


def page_of_stream(connection: sqlite3.Connection, stream: str, before: int | None, limit: int) -> list[StoredEvent]:
    """Return the newest events of a stream, those before a position when one is given."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE stream = ? AND position < ? ORDER BY version DESC LIMIT ?",
        (stream, 2**62 if before is None else before, limit),
    )
    return [StoredEvent(*row) for row in rows]


def _event(connection: sqlite3.Connection, position: int) -> dict[str, Any] | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM events WHERE position = ?", (position,)).fetchone()
    if row is None:
        return None
    found = StoredEvent(*row)
    # Effects stand close by: whatever an event led to later (a report under an assignment) is in its stream's events.
    effects = connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE cause = ? AND position BETWEEN ? AND ? ORDER BY position LIMIT 50",
        (position, position, position + 10_000),
    )
    (newest,) = connection.execute("SELECT max(position) FROM events").fetchone()
    return {
        "event": found,
        "data": json.dumps(json.loads(found.data), indent=2, ensure_ascii=False),
        "effects": [StoredEvent(*effect) for effect in effects],
        "newest": newest,
    }
