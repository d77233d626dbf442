"""Summaries that come in parts, until the last of them is there."""

import sqlite3

from core.events.envelope import Event
from core.federation.events import SummaryPart, SummaryPushed
from core.federation.summary import Content, joined

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


def begin(connection: sqlite3.Connection, position: int, fact: SummaryPushed) -> None:
    """Remember a summary whose content follows."""
    connection.execute("INSERT INTO unfinished VALUES (?, ?, ?)", (position, fact.agent_id, fact.effective_at))


def complete(connection: sqlite3.Connection, event: Event, fact: SummaryPart) -> tuple[int, str, int, Content] | None:
    """Keep a part; with the last one, return (position, agent_id, effective_at, content) of the whole summary."""
    of = (event.stored.cause,)
    connection.execute("INSERT INTO parts VALUES (?, ?, ?)", (*of, fact.part, fact.text))
    if fact.part < fact.parts:
        return None
    texts = connection.execute("SELECT text FROM parts WHERE position = ? ORDER BY part", of).fetchall()
    begun = connection.execute("SELECT * FROM unfinished WHERE position = ?", of).fetchone()
    connection.execute("DELETE FROM parts WHERE position = ?", of)
    connection.execute("DELETE FROM unfinished WHERE position = ?", of)
    return (*begun, joined([text for (text,) in texts]))
