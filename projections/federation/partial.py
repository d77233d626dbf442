"""Summaries that come in parts, until the last of them is there."""

import sqlite3

import msgspec

from core.events.envelope import Event
from core.federation.events import SummaryPart, SummaryPushed

SCHEMA = """
CREATE TABLE unfinished (
    position INTEGER PRIMARY KEY,  -- of the summary of which parts are still to come
    agent_id TEXT NOT NULL,
    effective_at INTEGER NOT NULL
) STRICT;
CREATE TABLE parts (
    position INTEGER NOT NULL,     -- of the summary that this is a part of
    part INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (position, part)
) STRICT, WITHOUT ROWID;
"""

_encode = msgspec.json.Encoder().encode


def begin(connection: sqlite3.Connection, position: int, fact: SummaryPushed) -> None:
    """Remember a summary whose content follows."""
    connection.execute("INSERT INTO unfinished VALUES (?, ?, ?)", (position, fact.agent_id, fact.effective_at))


def complete(connection: sqlite3.Connection, event: Event, fact: SummaryPart) -> tuple[str, int, int, str] | None:
    """Keep a part; with the last one, return agent_id, effective time, position and JSON of the whole summary."""
    position = event.stored.cause
    connection.execute("INSERT INTO parts VALUES (?, ?, ?)", (position, fact.part, fact.text))
    if fact.part < fact.parts:
        return None
    texts = connection.execute("SELECT text FROM parts WHERE position = ? ORDER BY part", (position,)).fetchall()
    agent_id, effective_at, position = connection.execute(
        "SELECT agent_id, effective_at, position FROM unfinished WHERE position = ?", (position,)
    ).fetchone()
    for table in ("parts", "unfinished"):
        connection.execute(f"DELETE FROM {table} WHERE position = ?", (position,))
    content = msgspec.Raw("".join(text for (text,) in texts).encode())
    whole = _encode({"agent_id": agent_id, "effective_at": effective_at, "content": content})
    return agent_id, effective_at, position, whole.decode()
