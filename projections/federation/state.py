"""The state that decisions about summaries read: which of them were taken already. It is also each agent's history."""

import sqlite3
from collections.abc import Sequence

import msgspec

from core.deciding import Command
from core.events.envelope import Event
from core.federation.commands import PushSummary
from core.federation.events import MergeReset, SummaryPushed
from core.federation.summary import Summary
from projections.runtime.answers import Answers
from projections.runtime.rows import insert_rows

SCHEMA = """
CREATE TABLE pushes (
    agent_id TEXT NOT NULL,
    stated_at INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    position INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    topic_count INTEGER NOT NULL,
    fact_count INTEGER NOT NULL,
    PRIMARY KEY (agent_id, stated_at, fingerprint, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE reset (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL      -- of the event with which the merge last started anew, 0 when it never did
) STRICT;
INSERT INTO reset VALUES (1, 0);
"""
_AT_ONCE = 500

_Identity = tuple[str, int, bytes]
"""Agent, stated time and fingerprint of a summary."""


class Push(msgspec.Struct, frozen=True):
    """A summary that was handed in; times in microseconds UTC.

    Attributes:
        position: of its event in the log, which has the summary itself.
        stated_at: when the agent says that it was made.
        recorded_at: when it came in.
        topic_count: how many topics it has.
        fact_count: how many facts it has.
    """

    position: int
    stated_at: int
    recorded_at: int
    topic_count: int
    fact_count: int


class FederationState(Answers):
    """Implements `core.federation.decide.FederationState`; what a batch takes is held here and written by `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._reset = int(connection.execute("SELECT position FROM reset").fetchone()[0])
        self._unwritten: list[tuple[str, int, bytes, int, int, int, int]] = []
        self._taken: dict[_Identity, int | None] = {}

    def expect(self, commands: Sequence[Command]) -> None:
        """Look up together which of a batch's summaries are resends."""
        named = {_identity(command.summary) for command in commands if isinstance(command, PushSummary)}
        asked = sorted(named - self._taken.keys())  # what was taken may not be in the table yet
        for start in range(0, len(asked), _AT_ONCE):
            self._look_up(asked[start : start + _AT_ONCE])

    def _look_up(self, asked: Sequence[_Identity]) -> None:
        rows = self.connection.execute(
            f"WITH asked (agent, stated, print) AS (VALUES {', '.join(['(?, ?, ?)'] * len(asked))})"
            " SELECT agent_id, stated_at, fingerprint, recorded_at FROM asked CROSS JOIN pushes"
            " ON agent_id = agent AND stated_at = stated AND fingerprint = print AND position > ?",
            [*(part for identity in asked for part in identity), self._reset],
        )
        self._taken.update(dict.fromkeys(asked))
        self._taken.update({(agent, stated, fingerprint): at for agent, stated, fingerprint, at in rows})

    def taken_at(self, summary: Summary) -> int | None:
        """Return when this summary was taken, None when it was not since the merge last started anew."""
        identity = _identity(summary)
        if identity not in self._taken:
            self._look_up([identity])
        return self._taken[identity]

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        if isinstance(fact, SummaryPushed):
            fingerprint = bytes.fromhex(fact.fingerprint)
            self._unwritten.append(
                (
                    fact.agent_id,
                    fact.stated_at,
                    fingerprint,
                    event.position,
                    event.recorded_at,
                    fact.topic_count,
                    fact.fact_count,
                )
            )
            self._taken[fact.agent_id, fact.stated_at, fingerprint] = event.recorded_at
        elif isinstance(fact, MergeReset):
            self._reset = event.position
            self._taken.clear()
            self.flush()
            self.connection.execute("UPDATE reset SET position = ?", (event.position,))

    def flush(self) -> None:
        """Write what was held back."""
        insert_rows(self.connection, "INSERT INTO pushes", self._unwritten)
        self._unwritten.clear()
        self._taken.clear()


def _identity(summary: Summary) -> _Identity:
    return summary.agent_id, summary.stated_at, bytes.fromhex(summary.fingerprint)


def last_reset(connection: sqlite3.Connection) -> int:
    """Return the position at which the merge last started anew, 0 when it never did."""
    return int(connection.execute("SELECT position FROM reset").fetchone()[0])


def history(connection: sqlite3.Connection, agent_id: str, limit: int, offset: int) -> list[Push]:
    """Return a page of what an agent handed in, the latest first by its own time."""
    rows = connection.execute(
        "SELECT position, stated_at, recorded_at, topic_count, fact_count FROM pushes WHERE agent_id = ?"
        " ORDER BY stated_at DESC, fingerprint DESC, position DESC LIMIT ? OFFSET ?",
        (agent_id, limit, offset),
    )
    return [Push(*row) for row in rows]
