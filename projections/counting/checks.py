"""The table of checks: two for a job at most, so they are written as they come."""

import sqlite3

from core.counting.events import BorderChecked, CheckAssigned
from core.counting.state import Check, Job

SCHEMA = """
CREATE TABLE checks (
    position INTEGER NOT NULL,     -- the job's
    chunk INTEGER NOT NULL,        -- whose end is checked
    status TEXT NOT NULL,
    work TEXT NOT NULL,            -- the live lease on it, else empty
    first TEXT NOT NULL,           -- the first number of the stretch that is sieved
    client INTEGER NOT NULL,
    PRIMARY KEY (position, chunk)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_checks ON checks (work) WHERE status = 'held';
"""


class CheckTable:
    """The checks in one projections file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of(self, job: Job) -> dict[int, Check]:
        """Return the checks of a job, by the chunks whose ends they are of."""
        return checks_of(self._connection, job)

    def hold(self, job: int, fact: CheckAssigned) -> None:
        """Let a lease hold a check of a job, given by its position."""
        self._connection.execute(
            "INSERT INTO checks VALUES (?, ?, 'held', ?, ?, ?)", (job, fact.chunk, fact.work, fact.first, fact.client)
        )

    def end(self, fact: BorderChecked) -> None:
        """Keep that a check is done."""
        self._connection.execute(
            "UPDATE checks SET status = 'done', work = '' WHERE work = ? AND status = 'held'", (fact.work,)
        )

    def release(self, lease: str) -> None:
        """Let others make the check that a lease still holds."""
        self._connection.execute("DELETE FROM checks WHERE work = ? AND status = 'held'", (lease,))


def checks_of(connection: sqlite3.Connection, job: Job) -> dict[int, Check]:
    """Return the checks of a job, by the chunks whose ends they are of."""
    rows = connection.execute(
        "SELECT chunk, status, work, first, client FROM checks WHERE position = ? ORDER BY chunk", (job.position,)
    )
    return {chunk: Check(chunk, status, work, int(first), client) for chunk, status, work, first, client in rows}
