"""Leases of one context: who holds what until when, and how it ended."""

import sqlite3
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from core.events.envelope import Event
from core.leases.decide import Lease
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from core.timestamps import SECOND
from projections.runtime.kept import Kept
from projections.runtime.rows import columns_of, insert_structs

_DAY = 86_400 * SECOND
_COUNT_END = f"""
    INSERT INTO lease_ends VALUES (new.ended_at / {_DAY}, new.outcome, 1) ON CONFLICT DO UPDATE SET leases = leases + 1;"""
SCHEMA = f"""
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
CREATE INDEX live_leases_by_grant ON leases (granted) WHERE outcome IS NULL;
CREATE INDEX live_leases_by_subject ON leases (subject, granted) WHERE outcome IS NULL;
CREATE INDEX live_leases_by_client ON leases (client, granted) WHERE outcome IS NULL;
CREATE TABLE lease_tallies (       -- kept as leases change: a client may have had very many
    client INTEGER NOT NULL,
    standing TEXT NOT NULL,        -- the outcome, or live
    leases INTEGER NOT NULL,
    PRIMARY KEY (client, standing)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tally_granted AFTER INSERT ON leases BEGIN
    INSERT INTO lease_tallies VALUES (new.client, coalesce(new.outcome, 'live'), 1)
    ON CONFLICT DO UPDATE SET leases = leases + 1;
END;
CREATE TRIGGER tally_ended AFTER UPDATE ON leases WHEN old.outcome IS NOT new.outcome BEGIN
    INSERT INTO lease_tallies VALUES (new.client, coalesce(new.outcome, 'live'), 1)
    ON CONFLICT DO UPDATE SET leases = leases + 1;
    UPDATE lease_tallies SET leases = leases - 1 WHERE client = old.client AND standing = coalesce(old.outcome, 'live');
    DELETE FROM lease_tallies WHERE client = old.client AND standing = coalesce(old.outcome, 'live') AND leases = 0;
END;
CREATE TABLE lease_ends (
    day INTEGER NOT NULL,          -- since 1970-01-01, UTC
    outcome TEXT NOT NULL,
    leases INTEGER NOT NULL,       -- that ended so on it
    PRIMARY KEY (day, outcome)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER end_granted AFTER INSERT ON leases WHEN new.outcome IS NOT NULL BEGIN {_COUNT_END}
END;
CREATE TRIGGER end_changed AFTER UPDATE ON leases WHEN (old.outcome, old.ended_at) IS NOT (new.outcome, new.ended_at) BEGIN
    UPDATE lease_ends SET leases = leases - 1 WHERE day = old.ended_at / {_DAY} AND outcome = old.outcome;
    DELETE FROM lease_ends WHERE day = old.ended_at / {_DAY} AND outcome = old.outcome AND leases = 0;{_COUNT_END}
END;
"""
COLUMNS = ", ".join(columns_of(Lease))
_REMEMBERED = 20_000


class LeaseTable:
    """The leases in one projections file; implements `core.leases.decide.Leases`.

    What a batch changes is held here and written once, by `flush`; queries that look at more than one lease flush first.

    Args:
        connection: where the tables are.
        context: whose leases.
        counted: how the subjects begin of leases that count as held by a client.
    """

    def __init__(self, connection: sqlite3.Connection, context: str, counted: str = "") -> None:
        self._connection = connection
        self._context = context
        self._counted = counted
        self._kept = Kept(self._read, self._write, _REMEMBERED)
        self._held: dict[int, int] = {}
        self.lease = self._kept.get

    def _read(self, lease: str) -> Lease | None:
        row = self._connection.execute(f"SELECT {COLUMNS} FROM leases WHERE lease = ?", (lease,)).fetchone()
        return Lease(*row) if row else None

    def _write(self, leases: Sequence[Lease]) -> None:
        insert_structs(
            self._connection,
            "leases",
            leases,
            "ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at, outcome = excluded.outcome,"
            " ended_at = excluded.ended_at",
        )

    def live_on(self, subject: str) -> list[Lease]:
        """Return the live leases on one thing, oldest first."""
        self.flush()
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM leases WHERE subject = ? AND outcome IS NULL ORDER BY granted", (subject,)
        )
        return [Lease(*row) for row in rows]

    def held_by(self, client: int) -> int:
        """Return how many live leases a client holds, of those that count."""
        if client not in self._held:
            self.flush()
            row = self._connection.execute(
                "SELECT count(*) FROM leases WHERE client = ? AND outcome IS NULL AND substr(subject, 1, ?) = ?",
                (client, len(self._counted), self._counted),
            ).fetchone()
            self._held[client] = int(row[0])
        return self._held[client]

    def apply(self, event: Event) -> Lease | None:
        """Fold one event; return the lease that it was about, None when that is none of this context."""
        if event.fact.context != self._context:
            return None
        match event.fact:
            case LeaseGranted() as fact:
                lease = Lease(
                    fact.lease, fact.subject, fact.client, fact.seconds, fact.expires_at, None, event.position
                )
                self._count(lease, 1)
            case LeaseEnded() as fact:
                before = self._kept.sure(fact.lease)
                lease = replace(before, outcome=fact.outcome, ended_at=event.recorded_at)
                if before.outcome is None:
                    self._count(before, -1)
            case LeaseRenewed() as fact:
                lease = replace(self._kept.sure(fact.lease), expires_at=fact.expires_at)
            case _:
                return None
        return self._kept.put(lease.id, lease)

    def _count(self, lease: Lease, change: int) -> None:
        if lease.client in self._held and lease.subject.startswith(self._counted):
            self._held[lease.client] += change

    def flush(self) -> None:
        """Write what has changed."""
        self._kept.flush()
        if len(self._held) > _REMEMBERED:
            self._held.clear()


def live(connection: sqlite3.Connection, among: Sequence[str] | None = None) -> list[Lease]:
    """Return the live leases, or those of some that live still."""
    chosen = "" if among is None else f" AND lease IN ({', '.join('?' * len(among))})"
    rows = connection.execute(f"SELECT {COLUMNS} FROM leases WHERE outcome IS NULL{chosen}", among or ())
    return [Lease(*row) for row in rows]


def lease_clients(connection: sqlite3.Connection, among: Sequence[str]) -> set[int]:
    """Return who holds, or held, one of some leases."""
    rows = connection.execute(f"SELECT client FROM leases WHERE lease IN ({', '.join('?' * len(among))})", tuple(among))
    return {client for (client,) in rows}


def count_live(connection: sqlite3.Connection, subjects: str) -> int:
    """Count the live leases on what begins so."""
    row = connection.execute(
        "SELECT count(*) FROM leases WHERE outcome IS NULL AND subject GLOB ?", (f"{subjects}*",)
    ).fetchone()
    return int(row[0])


class Held(msgspec.Struct, frozen=True, gc=False):
    """How many leases a client holds, and how those ended that it held."""

    live: int = 0
    completed: int = 0
    released: int = 0
    expired: int = 0
    revoked: int = 0


def held_by_clients(connection: sqlite3.Connection, clients: Sequence[int]) -> dict[int, Held]:
    """Return how the leases of some clients stand; those who never had one are left out."""
    rows = connection.execute(
        f"SELECT client, standing, leases FROM lease_tallies WHERE client IN ({', '.join('?' * len(clients))})",
        tuple(clients),
    )
    counted: dict[int, dict[str, int]] = {}
    for client, standing, count in rows:
        counted.setdefault(client, {})[standing] = count
    return {client: Held(**standings) for client, standings in counted.items()}


def holders(connection: sqlite3.Connection) -> list[int]:
    """Return clients that hold a lease, those whose newest was granted last first; those who gave no name are left out."""
    rows = connection.execute(
        "SELECT client FROM leases WHERE outcome IS NULL AND client <> 0 GROUP BY client ORDER BY max(granted) DESC"
    )
    return [client for (client,) in rows]


def count_by_standing(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the leases by how they stand; `live` are those that have not ended."""
    rows = connection.execute("SELECT standing, sum(leases) FROM lease_tallies GROUP BY standing ORDER BY standing")
    return {"live": 0} | dict(rows.fetchall())


def ended_on(connection: sqlite3.Connection, moment: int) -> dict[str, int]:
    """Count the leases that ended on the day of a moment, UTC, by how they ended."""
    rows = connection.execute("SELECT outcome, leases FROM lease_ends WHERE day = ?", (moment // _DAY,))
    return dict(rows)
