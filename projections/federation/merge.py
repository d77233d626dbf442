"""What all agents know together: the latest summary of each, merged.

The merge is kept as counts, so that a summary costs only what it changes against the one that the same agent handed
in before.
"""

import sqlite3
from collections.abc import Collection, Sequence

import msgspec

from core.events.envelope import Event
from core.federation.events import MergeReset, SummaryPart, SummaryPushed
from core.federation.summary import Content
from projections.federation import counts, partial
from projections.federation.counts import Differences
from projections.runtime.rows import insert_rows

NAME = "merge"
SCHEMA = (
    """
CREATE TABLE latest (              -- the summary of each agent that counts
    position INTEGER NOT NULL,
    agent_id TEXT PRIMARY KEY,
    effective_at INTEGER NOT NULL,
    content TEXT NOT NULL          -- JSON
) STRICT;
CREATE TABLE merge (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL,     -- of the last change
    agents INTEGER NOT NULL,       -- how many contribute
    updated_at INTEGER             -- the greatest effective_at; NULL while nobody contributes
) STRICT;
INSERT INTO merge VALUES (1, 0, 0, NULL);
"""
    + counts.SCHEMA
    + partial.SCHEMA
)
_AT_ONCE = 500
_NOTHING = Content(topics={}, facts=(), more={})

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Content).decode


class Merged(msgspec.Struct, frozen=True):
    """The merge as it stands.

    Attributes:
        position: of the last change, 0 when there was none.
        agents: how many contribute.
        updated_at: the greatest effective time of their summaries, microseconds UTC; None while nobody contributes.
        topics: their topics with the counts added up, as a JSON object.
        topic_count: how many topics there are.
        facts: their facts in order of code points, as a JSON array.
        fact_count: how many facts there are.
    """

    position: int
    agents: int
    updated_at: int | None
    topics: msgspec.Raw
    topic_count: int
    facts: msgspec.Raw
    fact_count: int


class _Push(msgspec.Struct, frozen=True, gc=False):
    position: int
    agent_id: str
    effective_at: int
    content: Content

    @property
    def rank(self) -> tuple[int, int]:
        """The greatest of an agent's counts."""
        return self.effective_at, self.position


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events."""
    pushes: dict[str, _Push] = {}
    for event in events:
        if isinstance(event.fact, MergeReset):
            pushes.clear()
            _clear(connection, event.position)
            continue
        push = _completed(connection, event)
        if push is not None and (push.agent_id not in pushes or pushes[push.agent_id].rank < push.rank):
            pushes[push.agent_id] = push
    if pushes:
        _merge(connection, pushes.values())


def _completed(connection: sqlite3.Connection, event: Event) -> _Push | None:
    """Return the summary that an event brings, whole or with its last part."""
    fact = event.fact
    if isinstance(fact, SummaryPart):
        whole = partial.complete(connection, event, fact)
        return _Push(*whole) if whole else None
    if not isinstance(fact, SummaryPushed):
        return None
    if fact.content is None:
        partial.begin(connection, event.position, fact)
        return None
    return _Push(event.position, fact.agent_id, fact.effective_at, fact.content)


def _clear(connection: sqlite3.Connection, position: int) -> None:
    for table in ("latest", "facts", "topics"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("UPDATE merge SET position = ?, agents = 0, updated_at = NULL", (position,))


def _merge(connection: sqlite3.Connection, pushes: Collection[_Push]) -> None:
    """Put summaries, at most one of each agent, in the place of those that they outrank."""
    differences = Differences()
    taken: list[_Push] = []
    newcomers = 0
    latest = _latest(connection, [push.agent_id for push in pushes])
    for push in pushes:
        before = latest.get(push.agent_id)
        if before is None or before.rank < push.rank:
            differences.add(before.content if before else _NOTHING, push.content)
            taken.append(push)
            newcomers += before is None
    if not taken:
        return
    differences.write(connection)
    insert_rows(
        connection,
        "INSERT INTO latest",
        [(push.position, push.agent_id, push.effective_at, _encode(push.content).decode()) for push in taken],
        "ON CONFLICT (agent_id) DO UPDATE"
        " SET position = excluded.position, effective_at = excluded.effective_at, content = excluded.content",
    )
    connection.execute(
        "UPDATE merge SET position = :position, agents = agents + :newcomers,"
        " updated_at = max(coalesce(updated_at, :effective_at), :effective_at)",
        {
            "position": max(push.position for push in taken),
            "newcomers": newcomers,
            "effective_at": max(push.effective_at for push in taken),
        },
    )


def _latest(connection: sqlite3.Connection, agents: Sequence[str]) -> dict[str, _Push]:
    """Return the summaries that count so far, by agent."""
    latest: dict[str, _Push] = {}
    for start in range(0, len(agents), _AT_ONCE):
        asked = agents[start : start + _AT_ONCE]
        rows = connection.execute(f"SELECT * FROM latest WHERE agent_id IN ({', '.join('?' * len(asked))})", asked)
        for position, agent_id, effective_at, content in rows:
            latest[agent_id] = _Push(position, agent_id, effective_at, _decode(content))
    return latest


def last_change(connection: sqlite3.Connection) -> int:
    """Return the position of the last change, 0 when there was none."""
    return int(connection.execute("SELECT position FROM merge").fetchone()[0])


def merged(connection: sqlite3.Connection) -> Merged:
    """Return the merge; SQLite itself writes the JSON, so that other threads of Python go on meanwhile."""
    position, agents, updated_at = connection.execute("SELECT position, agents, updated_at FROM merge").fetchone()
    topics = connection.execute(
        "SELECT CAST(json_group_object(topic, count) AS BLOB), count(*) FROM (SELECT * FROM topics ORDER BY topic)"
    ).fetchone()
    facts = connection.execute(
        "SELECT CAST(json_group_array(fact) AS BLOB), count(*) FROM (SELECT fact FROM facts ORDER BY fact)"
    ).fetchone()
    return Merged(position, agents, updated_at, msgspec.Raw(topics[0]), topics[1], msgspec.Raw(facts[0]), facts[1])
