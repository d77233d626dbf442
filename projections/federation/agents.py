"""Agents: who handed in summaries, when, and how many; and which of them counts."""

import sqlite3
from collections.abc import Sequence

import msgspec

from core.events.envelope import Event
from core.events.fact import Fact
from core.federation.events import SummaryPushed
from projections.federation.state import Push
from projections.runtime.paging import rows_of_page
from projections.runtime.rows import insert_rows

NAME = "agents"
FACTS: frozenset[type[Fact]] = frozenset({SummaryPushed})
SCHEMA = """
CREATE TABLE agents (
    agent_id TEXT PRIMARY KEY,
    pushes INTEGER NOT NULL,       -- how many summaries it handed in
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


class Agent(msgspec.Struct, frozen=True):
    """An agent that handed in summaries; times in microseconds UTC.

    Attributes:
        agent_id: what the agent calls itself.
        pushes: how many summaries it handed in.
        first_at: when the first came in.
        last_at: when the last came in.
        current: the one that counts, None when none does.
    """

    agent_id: str
    pushes: int
    first_at: int
    last_at: int
    current: Push | None


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events."""
    tally: dict[str, tuple[int, int, int]] = {}
    for event in events:
        if isinstance(event.fact, SummaryPushed):
            pushes, first_at, _ = tally.get(event.fact.agent_id, (0, event.recorded_at, 0))
            tally[event.fact.agent_id] = (pushes + 1, first_at, event.recorded_at)
    insert_rows(
        connection,
        "INSERT INTO agents",
        [(agent_id, *counted) for agent_id, counted in tally.items()],
        "ON CONFLICT DO UPDATE SET pushes = pushes + excluded.pushes, last_at = excluded.last_at",
    )


# That no summary is effective later than it is stated only narrows the search: pushes are found by their stated times.
_SELECT = """
SELECT a.agent_id, a.pushes, a.first_at, a.last_at, p.position, p.stated_at, p.recorded_at, p.topic_count, p.fact_count
FROM agents a LEFT JOIN latest l ON l.agent_id = a.agent_id
LEFT JOIN pushes p ON p.agent_id = l.agent_id AND p.stated_at >= l.effective_at AND p.position = l.position
"""


def agents(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[Agent], int]:
    """Return a page of the agents in order of their ids, and how many there are."""
    total = connection.execute("SELECT count(*) FROM agents").fetchone()[0]
    rows = rows_of_page(connection, _SELECT, (), "a.agent_id", total, limit, offset)
    return [_agent(row) for row in rows], int(total)


def agent(connection: sqlite3.Connection, agent_id: str) -> Agent | None:
    """Return an agent by its id."""
    row = connection.execute(f"{_SELECT} WHERE a.agent_id = ?", (agent_id,)).fetchone()
    return _agent(row) if row else None


def named_like(connection: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """Return the ids of agents that contain a text, whatever the case of its letters."""
    rows = connection.execute(
        "SELECT agent_id FROM agents WHERE instr(lower(agent_id), lower(?)) > 0 ORDER BY agent_id LIMIT ?",
        (text, limit),
    )
    return [row[0] for row in rows]


class Tally(msgspec.Struct, frozen=True):
    """All agents together.

    Attributes:
        agents: how many there are.
        contributing: how many of them are in the merge.
        fresh: of how many that summary was made lately.
        facts: how many facts they name, each as often as it is named.
        newest: when the newest of these summaries was made, microseconds UTC; None while there are none.
    """

    agents: int
    contributing: int
    fresh: int
    facts: int
    newest: int | None


def tally(connection: sqlite3.Connection, fresh_since: int) -> Tally:
    """Count the agents; fresh are those whose summary was made since a time, microseconds UTC."""
    (agents,) = connection.execute("SELECT count(*) FROM agents").fetchone()
    row = connection.execute(
        "SELECT count(*), coalesce(sum(effective_at >= ?), 0), coalesce(sum(fact_count), 0), max(effective_at) FROM latest l"
        " JOIN pushes p ON p.agent_id = l.agent_id AND p.stated_at >= l.effective_at AND p.position = l.position",
        (fresh_since,),
    ).fetchone()
    return Tally(agents, *row)


def _agent(row: Sequence[object]) -> Agent:
    agent_id, pushes, first_at, last_at, *push = row
    current = None if push[0] is None else Push(*push)  # type: ignore[arg-type] # the schema is STRICT
    return Agent(agent_id, pushes, first_at, last_at, current)  # type: ignore[arg-type] # as above
