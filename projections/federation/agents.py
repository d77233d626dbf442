"""Who handed in summaries, when, and how much; whether they count is for the merge to say."""

import sqlite3
from collections.abc import Sequence

import msgspec

from core.events.envelope import Event
from core.federation.events import SummaryPushed
from projections.runtime.rows import insert_rows

NAME = "agents"
SCHEMA = """
CREATE TABLE agents (
    agent_id TEXT PRIMARY KEY,
    pushes INTEGER NOT NULL,       -- how many summaries it handed in
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE pushes (
    agent_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    stated_at INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    topic_count INTEGER NOT NULL,
    fact_count INTEGER NOT NULL,
    PRIMARY KEY (agent_id, position)
) STRICT, WITHOUT ROWID;
"""


class Push(msgspec.Struct, frozen=True):
    """A summary that was handed in; times in microseconds UTC.

    Attributes:
        position: of its event in the log, which has the summary itself.
        recorded_at: when it came in.
        stated_at: when the agent says that it was made.
        effective_at: the same, but never later than when it came in.
        topic_count: how many topics it has.
        fact_count: how many facts it has.
        counts: whether it is the one of its agent's that is in the merge.
    """

    position: int
    recorded_at: int
    stated_at: int
    effective_at: int
    topic_count: int
    fact_count: int
    counts: bool


class Agent(msgspec.Struct, frozen=True):
    """Who handed in summaries; times in microseconds UTC.

    Attributes:
        agent_id: what the agent calls itself.
        pushes: how many summaries it handed in.
        first_at: when the first came in.
        last_at: when the last came in.
        current: the one that is in the merge, None when none is.
    """

    agent_id: str
    pushes: int
    first_at: int
    last_at: int
    current: Push | None


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events."""
    pushed = [(event, event.fact) for event in events if isinstance(event.fact, SummaryPushed)]
    insert_rows(
        connection,
        "INSERT INTO pushes",
        [
            (
                fact.agent_id,
                event.position,
                event.recorded_at,
                fact.stated_at,
                fact.effective_at,
                fact.topic_count,
                fact.fact_count,
            )
            for event, fact in pushed
        ],
    )
    tally: dict[str, tuple[int, int, int]] = {}
    for event, fact in pushed:
        pushes, first_at, _ = tally.get(fact.agent_id, (0, event.recorded_at, 0))
        tally[fact.agent_id] = (pushes + 1, first_at, event.recorded_at)
    insert_rows(
        connection,
        "INSERT INTO agents",
        [(agent_id, *counted) for agent_id, counted in tally.items()],
        "ON CONFLICT DO UPDATE SET pushes = pushes + excluded.pushes, last_at = excluded.last_at",
    )


_PUSH = "p.position, p.recorded_at, p.stated_at, p.effective_at, p.topic_count, p.fact_count"


def agents(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[Agent], int]:
    """Return a page of the agents in order of their ids, and how many there are."""
    rows = connection.execute(
        f"""SELECT a.agent_id, a.pushes, a.first_at, a.last_at, {_PUSH}
        FROM (SELECT * FROM agents ORDER BY agent_id LIMIT ? OFFSET ?) a
        LEFT JOIN latest l ON l.agent_id = a.agent_id
        LEFT JOIN pushes p ON p.agent_id = l.agent_id AND p.position = l.position
        ORDER BY a.agent_id""",
        (limit, offset),
    )
    page = [
        Agent(agent_id, pushes, first_at, last_at, None if push[0] is None else _push(push, counts=True))
        for agent_id, pushes, first_at, last_at, *push in rows
    ]
    return page, int(connection.execute("SELECT count(*) FROM agents").fetchone()[0])


def history(connection: sqlite3.Connection, agent_id: str, limit: int, offset: int) -> tuple[list[Push], int] | None:
    """Return a page of what an agent handed in, the newest first, and how much there is; None for an unknown agent."""
    known = connection.execute("SELECT pushes FROM agents WHERE agent_id = ?", (agent_id,)).fetchone()
    if known is None:
        return None
    current = connection.execute("SELECT position FROM latest WHERE agent_id = ?", (agent_id,)).fetchone()
    rows = connection.execute(
        f"SELECT {_PUSH} FROM pushes p WHERE agent_id = ? ORDER BY position DESC LIMIT ? OFFSET ?",
        (agent_id, limit, offset),
    )
    return [_push(row, counts=row[:1] == current) for row in rows], int(known[0])


def _push(row: Sequence[int], *, counts: bool) -> Push:
    position, recorded_at, stated_at, effective_at, topic_count, fact_count = row
    return Push(position, recorded_at, stated_at, effective_at, topic_count, fact_count, counts)
