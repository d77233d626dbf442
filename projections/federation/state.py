"""What decisions about summaries read: which of them were taken already."""

import sqlite3
from collections.abc import Sequence

from core.deciding import Command
from core.events.envelope import Event
from core.federation.commands import PushSummary
from core.federation.events import MergeReset, SummaryPushed
from projections.runtime.answers import Answers
from projections.runtime.rows import insert_rows

SCHEMA = """
CREATE TABLE taken (               -- since the merge last started anew
    fingerprint TEXT PRIMARY KEY,
    recorded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
_AT_ONCE = 500


class FederationState(Answers):
    """Implements `core.federation.decide.FederationState`; what a batch takes is held here and written by `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._unwritten: dict[str, int] = {}
        self._expected: dict[str, int | None] = {}

    def expect(self, commands: Sequence[Command]) -> None:
        """Look up together which of a batch's summaries are resends."""
        asked = [command.summary.fingerprint for command in commands if isinstance(command, PushSummary)]
        for start in range(0, len(asked), _AT_ONCE):
            self._look_up(asked[start : start + _AT_ONCE])

    def _look_up(self, asked: Sequence[str]) -> None:
        rows = self.connection.execute(
            f"SELECT fingerprint, recorded_at FROM taken WHERE fingerprint IN ({', '.join('?' * len(asked))})", asked
        )
        self._expected.update(dict.fromkeys(asked))
        self._expected.update(rows)

    def taken_at(self, fingerprint: str) -> int | None:
        """Return when this summary was taken, None when it was not since the merge last started anew."""
        if fingerprint in self._unwritten:
            return self._unwritten[fingerprint]
        if fingerprint not in self._expected:
            self._look_up([fingerprint])
        return self._expected[fingerprint]

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        if isinstance(fact, SummaryPushed):
            self._unwritten[fact.fingerprint] = event.recorded_at
        elif isinstance(fact, MergeReset):
            self._unwritten.clear()
            self._expected.clear()
            self.connection.execute("DELETE FROM taken")

    def flush(self) -> None:
        """Write what was held back."""
        insert_rows(self.connection, "INSERT INTO taken", list(self._unwritten.items()))
        self._unwritten.clear()
        self._expected.clear()
