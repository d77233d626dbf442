"""The summary of each agent that counts: the one with the greatest effective time, of several such the last.

Nothing is merged here: a push costs one row, however much it changes. `projections.federation.merge` follows.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from core.events.envelope import Event
from core.events.fact import Fact
from core.federation.events import MergeReset, SummaryPart, SummaryPushed
from projections.federation import partial
from projections.federation.state import last_reset
from projections.runtime.rows import insert_rows

NAME = "latest"
FACTS: frozenset[type[Fact]] = frozenset({MergeReset, SummaryPart, SummaryPushed})
SCHEMA = (
    """
CREATE TABLE latest (
    agent_id TEXT PRIMARY KEY,
    effective_at INTEGER NOT NULL,
    position INTEGER NOT NULL,     -- of the event that brought it
    knowledge TEXT NOT NULL        -- JSON: the event's data, with all of its content
) STRICT;
CREATE INDEX latest_by_position ON latest (position);
"""
    + partial.SCHEMA
)


class Named(msgspec.Struct, frozen=True, gc=False):
    """The topics and facts of an agent's summary.

    Attributes:
        topics: how many facts it has on each topic.
        facts: what it calls them, each once, as a JSON array.
    """

    topics: dict[str, int]
    facts: msgspec.Raw


class Knowledge(msgspec.Struct, frozen=True, gc=False):
    """The contribution of an agent to the merge, as of a time in microseconds UTC."""

    agent_id: str
    effective_at: int
    content: Named


_Row = tuple[str, int, int, str]
_decode = msgspec.json.Decoder(list[Knowledge]).decode


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events."""
    greatest: dict[str, _Row] = {}
    for event in events:
        if isinstance(event.fact, MergeReset):
            greatest.clear()
            connection.execute("DELETE FROM latest")
            continue
        row = _row(connection, event)
        if row is not None and (row[0] not in greatest or greatest[row[0]][1:3] < row[1:3]):
            greatest[row[0]] = row
    insert_rows(
        connection,
        "INSERT INTO latest",
        list(greatest.values()),
        "ON CONFLICT (agent_id) DO UPDATE SET"
        " effective_at = excluded.effective_at, position = excluded.position, knowledge = excluded.knowledge"
        " WHERE (excluded.effective_at, excluded.position) > (effective_at, position)",
    )


def _row(connection: sqlite3.Connection, event: Event) -> _Row | None:
    """Return the summary that an event brings, whole or with its last part."""
    fact = event.fact
    if isinstance(fact, SummaryPart):
        return partial.complete(connection, event, fact)
    if not isinstance(fact, SummaryPushed):
        return None
    if fact.parts:
        partial.begin(connection, event.position, fact)
        return None
    return fact.agent_id, fact.effective_at, event.position, event.stored.data.decode()


def last_change(connection: sqlite3.Connection) -> int:
    """Return the position of the last event that changed what counts, 0 when there was none."""
    newest = connection.execute("SELECT max(position) FROM latest").fetchone()[0]
    return max(last_reset(connection), newest or 0)


def changed_since(connection: sqlite3.Connection, position: int) -> list[Knowledge]:
    """Return the summaries that count and came after a position.

    They come as one row: beside a busy event loop each row costs a wait for the interpreter's lock.
    """
    row = connection.execute(
        "SELECT CAST('[' || coalesce(group_concat(knowledge), '') || ']' AS BLOB) FROM latest WHERE position > ?",
        (position,),
    ).fetchone()
    return _decode(row[0])


class Topic(msgspec.Struct, frozen=True, gc=False):
    """A topic: how many facts there are on it, added up, and how many agents name it."""

    topic: str
    facts: int
    agents: int


_TOPICS = "json_each(knowledge, '$.content.topics')"


def topics(connection: sqlite3.Connection, limit: int) -> list[Topic]:
    """Return the topics of the summaries that count, those with the most facts first."""
    rows = connection.execute(
        f"SELECT key, sum(value), count(*) FROM latest, {_TOPICS} GROUP BY key ORDER BY sum(value) DESC, key LIMIT ?",
        (limit,),
    )
    return [Topic(*row) for row in rows]


def topics_of(connection: sqlite3.Connection, agent_id: str, limit: int) -> list[Topic]:
    """Return the topics of one agent's summary, those with the most facts first."""
    rows = connection.execute(
        f"SELECT key, value, 1 FROM latest, {_TOPICS} WHERE agent_id = ? ORDER BY value DESC, key LIMIT ?",
        (agent_id, limit),
    )
    return [Topic(*row) for row in rows]
