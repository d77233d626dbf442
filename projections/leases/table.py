"""Leases of one context: who holds what until when, and how it ended."""

import sqlite3

import msgspec

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
_REMEMBERED = 20_000


class LeaseTable:
    """The leases in one projections file; implements `core.leases.decide.Leases`."""

    def __init__(self, connection: sqlite3.Connection, context: str) -> None:
        self._connection = connection
        self._context = context
        self._kept: dict[str, Lease] = {}
        self._held: dict[int, int] = {}

    def lease(self, lease: str) -> Lease | None:
        """Return a lease, live or ended."""
        known = self._kept.get(lease)
        if known is None:
            row = self._connection.execute(f"SELECT {COLUMNS} FROM leases WHERE lease = ?", (lease,)).fetchone()
            known = Lease(*row) if row else None
        return known

    def live_on(self, subject: str) -> list[Lease]:
        """Return the live leases on one thing, oldest first."""
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM leases WHERE subject = ? AND outcome IS NULL ORDER BY granted", (subject,)
        )
        return [Lease(*row) for row in rows]

    def held_by(self, client: int) -> int:
        """Return how many live leases a client holds."""
        if client not in self._held:
            row = self._connection.execute(
                "SELECT count(*) FROM leases WHERE client = ? AND outcome IS NULL", (client,)
            ).fetchone()
            self._held[client] = int(row[0])
        return self._held[client]

    def apply(self, event: Event) -> bool:
        """Fold one event; return whether it was about a lease of this context."""
        fact = event.fact
        if not isinstance(fact, LeaseGranted | LeaseRenewed | LeaseEnded) or fact.context != self._context:
            return False
        for memory in (self._kept, self._held):
            if len(memory) > _REMEMBERED:
                memory.clear()
        if isinstance(fact, LeaseGranted):
            self._grant(fact, event.position)
        else:
            self._change(fact, event.recorded_at)
        return True

    def _grant(self, fact: LeaseGranted, position: int) -> None:
        lease = Lease(fact.lease, fact.subject, fact.client, fact.seconds, fact.expires_at, None, position)
        self._connection.execute(
            f"INSERT INTO leases ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", msgspec.structs.astuple(lease)
        )
        self._kept[fact.lease] = lease
        if fact.client in self._held:
            self._held[fact.client] += 1

    def _change(self, fact: LeaseRenewed | LeaseEnded, moment: int) -> None:
        before = self.lease(fact.lease)
        assert before is not None, f"lease {fact.lease} was granted"
        if isinstance(fact, LeaseRenewed):
            after = msgspec.structs.replace(before, expires_at=fact.expires_at)
        else:
            after = msgspec.structs.replace(before, outcome=fact.outcome, ended_at=moment)
            if before.outcome is None and before.client in self._held:
                self._held[before.client] -= 1
        self._connection.execute(
            "UPDATE leases SET expires_at = ?, outcome = ?, ended_at = ? WHERE lease = ?",
            (after.expires_at, after.outcome, after.ended_at, after.lease),
        )
        self._kept[fact.lease] = after


def due(connection: sqlite3.Connection, now: int, limit: int) -> list[Lease]:
    """Return live leases whose time has run out, the longest overdue first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM leases WHERE outcome IS NULL AND expires_at <= ? ORDER BY expires_at, lease LIMIT ?",
        (now, limit),
    )
    return [Lease(*row) for row in rows]
