"""The table of checks: two for a job, and those that were lost, so they are written as they come."""

import sqlite3
from typing import Literal

from core.counting.events import BorderChecked, CheckAssigned
from core.counting.state import Check, Job

SCHEMA = """
CREATE TABLE checks (
    position INTEGER NOT NULL,     -- the job's
    chunk INTEGER NOT NULL,        -- whose end is checked
    client INTEGER NOT NULL,       -- who was given it; what it was given last
    status TEXT NOT NULL,
    work TEXT NOT NULL,            -- the lease under which it was given
    first TEXT NOT NULL,           -- the first number of the stretch that is sieved
    PRIMARY KEY (position, chunk, client)
) STRICT, WITHOUT ROWID;
CREATE INDEX checks_by_work ON checks (work);
"""
_COLUMNS = "SELECT chunk, status, work, first, client FROM checks WHERE position = ?"


class CheckTable:
    """The checks in one projections file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of(self, job: Job) -> dict[int, Check]:
        """Return the checks of a job, by the chunks whose ends they are of."""
        return checks_of(self._connection, job)

    def given(self, job: Job, chunk: int, client: int) -> Check | None:
        """Return the check of a chunk's end that a client was given last."""
        row = self._connection.execute(
            f"{_COLUMNS} AND chunk = ? AND client = ?", (job.position, chunk, client)
        ).fetchone()
        return _check(row) if row else None

    def hold(self, job: int, fact: CheckAssigned) -> None:
        """Let a lease hold a check of a job, given by its position."""
        self._connection.execute(
            "INSERT OR REPLACE INTO checks VALUES (?, ?, ?, 'held', ?, ?)",
            (job, fact.chunk, fact.client, fact.work, fact.first),
        )

    def end(self, fact: BorderChecked) -> None:
        """Keep that a check is done."""
        self._connection.execute("UPDATE checks SET status = 'done' WHERE work = ?", (fact.work,))

    def release(self, lease: str) -> None:
        """Let others make the check that a lease still holds."""
        self._connection.execute("UPDATE checks SET status = 'lost' WHERE work = ? AND status = 'held'", (lease,))


def checks_of(connection: sqlite3.Connection, job: Job) -> dict[int, Check]:
    """Return the checks of a job that are held or done, by the chunks whose ends they are of."""
    rows = connection.execute(f"{_COLUMNS} AND status != 'lost' ORDER BY chunk, client", (job.position,))
    return {check.chunk: check for check in map(_check, rows)}


def _check(row: tuple[int, Literal["held", "done", "lost"], str, str, int]) -> Check:
    chunk, status, work, first, client = row
    return Check(chunk, status, work, int(first), client)
