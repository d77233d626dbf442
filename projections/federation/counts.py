"""How many agents name each fact and each topic, and how many facts there are on a topic."""

import sqlite3
from collections import Counter

from core.federation.summary import Content
from projections.runtime.rows import insert_rows

SCHEMA = """
CREATE TABLE facts (
    fact TEXT PRIMARY KEY,
    agents INTEGER NOT NULL        -- how many name it
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_unnamed ON facts (fact) WHERE agents = 0;
CREATE TABLE topics (
    topic TEXT PRIMARY KEY,
    agents INTEGER NOT NULL,       -- how many name it
    count INTEGER NOT NULL         -- of facts, added up
) STRICT, WITHOUT ROWID;
CREATE INDEX topics_unnamed ON topics (topic) WHERE agents = 0;
"""


class Differences:
    """What a batch of summaries changes; one that says the same as the one before it changes nothing."""

    def __init__(self) -> None:
        self._facts: Counter[str] = Counter()
        self._agents: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def add(self, before: Content, now: Content) -> None:
        """Count one summary in the place of another."""
        gone, come = set(before.facts), set(now.facts)
        self._facts.update(come - gone)
        self._facts.subtract(gone - come)
        self._agents.update(now.topics.keys())
        self._agents.subtract(before.topics.keys())
        self._counts.update(now.topics)
        self._counts.subtract(before.topics)

    def write(self, connection: sqlite3.Connection) -> None:
        """Change the tables; what nobody names any more goes."""
        insert_rows(
            connection,
            "INSERT INTO facts",
            [(fact, agents) for fact, agents in self._facts.items() if agents],
            "ON CONFLICT DO UPDATE SET agents = agents + excluded.agents",
        )
        insert_rows(
            connection,
            "INSERT INTO topics",
            [
                (topic, agents, self._counts[topic])
                for topic, agents in self._agents.items()
                if agents or self._counts[topic]
            ],
            "ON CONFLICT DO UPDATE SET agents = agents + excluded.agents, count = count + excluded.count",
        )
        for table in ("facts", "topics"):
            connection.execute(f"DELETE FROM {table} WHERE agents = 0")
