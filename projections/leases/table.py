"""Leases of one context: who holds what until when, and how it ended."""

import sqlite3

from core.events.envelope import Event
from core.leases.decide import Lease
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed

SCHEMA = """
CREATE TABLE leases (
    lease TEXT PRIMARY KEY,
    subject TEXT NOT NULL,         -- stream of what is worked on
    client INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    outcome TEXT,                  -- NULL while it lives
    granted INTEGER NOT NULL,      -- position of the event that granted it
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX live_leases_by_expiry ON leases (expires_at) WHERE outcome IS NULL;
CREATE INDEX live_leases_by_subject ON leases (subject) WHERE outcome IS NULL;
CREATE INDEX live_leases_by_client ON leases (client, granted) WHERE outcome IS NULL;
"""
COLUMNS = "lease, subject, client, seconds, expires_at, outcome, granted, ended_at"


class LeaseTable:
    """The leases in one projections file; implements `core.leases.decide.Leases`."""

    def __init__(self, connection: sqlite3.Connection, context: str) -> None:
        self._connection = connection
        self._context = context

    def lease(self, lease: str) -> Lease | None:
        """Return a lease, live or ended."""
        row = self._connection.execute(f"SELECT {COLUMNS} FROM leases WHERE lease = ?", (lease,)).fetchone()
        return Lease(*row) if row else None

    def live_on(self, subject: str) -> list[Lease]:
        """Return the live leases on one thing, oldest first."""
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM leases WHERE subject = ? AND outcome IS NULL ORDER BY granted", (subject,)
        )
        return [Lease(*row) for row in rows]

    def held_by(self, client: int) -> int:
        """Return how many live leases a client holds."""
        row = self._connection.execute(
            "SELECT count(*) FROM leases WHERE client = ? AND outcome IS NULL", (client,)
        ).fetchone()
        return int(row[0])

    def apply(self, event: Event) -> bool:
        """Fold one event; return whether it was about a lease of this context."""
        fact = event.fact
        if not isinstance(fact, LeaseGranted | LeaseRenewed | LeaseEnded) or fact.context != self._context:
            return False
        if isinstance(fact, LeaseGranted):
            self._connection.execute(
                f"INSERT INTO leases ({COLUMNS}) VALUES (?, ?, ?, ?, ?, NULL, ?, NULL)",
                (fact.lease, fact.subject, fact.client, fact.seconds, fact.expires_at, event.position),
            )
        elif isinstance(fact, LeaseRenewed):
            self._connection.execute("UPDATE leases SET expires_at = ? WHERE lease = ?", (fact.expires_at, fact.lease))
        else:
            self._connection.execute(
                "UPDATE leases SET outcome = ?, ended_at = ? WHERE lease = ?",
                (fact.outcome, event.recorded_at, fact.lease),
            )
        return True


def due(connection: sqlite3.Connection, now: int, limit: int) -> list[Lease]:
    """Return live leases whose time has run out, the longest overdue first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM leases WHERE outcome IS NULL AND expires_at <= ? ORDER BY expires_at, lease LIMIT ?",
        (now, limit),
    )
    return [Lease(*row) for row in rows]
