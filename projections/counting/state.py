"""Counting jobs, their chunks and who holds them."""

import sqlite3
from collections.abc import Sequence

import msgspec

from core.counting.events import (
    ChunkAssigned,
    ChunkCounted,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobSubmitted,
)
from core.counting.state import Chunk, Job, JobState
from core.events.envelope import Event
from core.leases.decide import Lease
from core.leases.events import LeaseEnded
from projections.leases import table as leases
from projections.leases.table import LeaseTable
from projections.runtime.answers import Answers

SCHEMA = (
    """
CREATE TABLE jobs (
    position INTEGER PRIMARY KEY,  -- of the event that submitted it
    job TEXT NOT NULL UNIQUE,
    n TEXT NOT NULL,               -- decimal: it may exceed 2^63
    chunks INTEGER NOT NULL,
    state TEXT NOT NULL,
    done INTEGER NOT NULL,         -- how many chunks are
    primes TEXT,
    error TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, position);
CREATE TABLE chunks (
    position INTEGER NOT NULL,     -- the job's
    chunk INTEGER NOT NULL,
    status TEXT NOT NULL,
    work TEXT NOT NULL,            -- the live lease on it, else empty
    before TEXT,                   -- pi before its first number
    last TEXT,                     -- pi up to its last number
    PRIMARY KEY (position, chunk)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_chunks ON chunks (position, chunk) WHERE status = 'open';
CREATE INDEX held_chunks ON chunks (work) WHERE status = 'held';
"""
    + leases.SCHEMA
)


class CountingState(Answers):
    """Implements `core.counting.state.CountingState`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._leases = LeaseTable(connection, "counting")

    def job(self, job: str) -> Job | None:
        """Return a job by its UUID."""
        return job_of(self.connection, job)

    def chunk(self, job: Job, chunk: int) -> Chunk | None:
        """Return a chunk of a job, None when the job has no such chunk."""
        if not 1 <= chunk <= job.chunks:
            return None
        row = self.connection.execute(
            "SELECT chunk, status, work, before, last FROM chunks WHERE position = ? AND chunk = ?",
            (job.position, chunk),
        ).fetchone()
        number, status, work, before, last = row
        return Chunk(number, status, work, _number(before), _number(last))

    def open_chunk(self) -> tuple[Job, int] | None:
        """Return the first chunk that nobody holds: of the oldest job, the lowest."""
        row = self.connection.execute(
            "SELECT job, chunk FROM chunks JOIN jobs USING (position)"
            " WHERE status = 'open' ORDER BY chunks.position, chunk LIMIT 1"
        ).fetchone()
        job = self.job(row[0]) if row else None
        return (job, row[1]) if job else None

    def lease(self, lease: str) -> Lease | None:
        """Return a lease, live or ended."""
        return self._leases.lease(lease)

    def live_leases(self, job: str) -> list[Lease]:
        """Return the live leases on a job's chunks, oldest first."""
        return self._leases.live_on(f"job-{job}")

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        match fact:
            case ChunkCounted():
                self._apply_counted(fact)
            case ChunkAssigned():
                self._apply_assigned(fact)
            case JobSubmitted():
                self._apply_submitted(fact, event)
            case JobFinished():
                self._end(fact.job, "SUCCESS", event.recorded_at, primes=fact.primes)
            case JobFailed():
                self._end(fact.job, "FAILURE", event.recorded_at, error=fact.error)
            case JobCancelled():
                self._end(fact.job, "REVOKED", event.recorded_at)
            case _:
                if self._leases.apply(event) and isinstance(fact, LeaseEnded):
                    self.connection.execute(
                        "UPDATE chunks SET status = 'open', work = '' WHERE work = ? AND status = 'held'",
                        (fact.lease,),
                    )

    def flush(self) -> None:
        """Write what was held back."""
        self._leases.flush()

    def _apply_submitted(self, fact: JobSubmitted, event: Event) -> None:
        self.connection.execute(
            "INSERT INTO jobs VALUES (?, ?, ?, ?, 'PENDING', 0, NULL, '', ?, NULL)",
            (event.position, fact.job, fact.n, fact.chunks, event.recorded_at),
        )
        self.connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, 'open', '', NULL, NULL)",
            [(event.position, chunk) for chunk in range(1, fact.chunks + 1)],
        )

    def _apply_assigned(self, fact: ChunkAssigned) -> None:
        self.connection.execute("UPDATE jobs SET state = 'STARTED' WHERE job = ? AND state = 'PENDING'", (fact.job,))
        self.connection.execute(
            "UPDATE chunks SET status = 'held', work = ?"
            " WHERE position = (SELECT position FROM jobs WHERE job = ?) AND chunk = ?",
            (fact.work, fact.job, fact.chunk),
        )

    def _apply_counted(self, fact: ChunkCounted) -> None:
        """Keep what was said first; a holder's report makes the chunk done."""
        self.connection.execute(
            "UPDATE chunks SET before = coalesce(before, ?), last = coalesce(last, ?)"
            " WHERE position = (SELECT position FROM jobs WHERE job = ?) AND chunk = ?",
            (fact.before, fact.last, fact.job, fact.chunk),
        )
        if fact.work:
            self.connection.execute(
                "UPDATE chunks SET status = 'done', work = '' WHERE work = ? AND status = 'held'", (fact.work,)
            )
            self.connection.execute("UPDATE jobs SET done = done + 1, state = 'PROGRESS' WHERE job = ?", (fact.job,))

    def _end(self, job: str, state: str, ended_at: int, *, primes: str | None = None, error: str = "") -> None:
        """End a job; what is left of it is leased to nobody any more."""
        self.connection.execute(
            "UPDATE jobs SET state = ?, ended_at = ?, primes = ?, error = ? WHERE job = ?",
            (state, ended_at, primes, error, job),
        )
        self.connection.execute(
            "UPDATE chunks SET status = 'void', work = ''"
            " WHERE position = (SELECT position FROM jobs WHERE job = ?) AND status <> 'done'",
            (job,),
        )


def job_of(connection: sqlite3.Connection, job: str) -> Job | None:
    """Return a job by its UUID."""
    row = connection.execute("SELECT * FROM jobs WHERE job = ?", (job,)).fetchone()
    return _job(row) if row else None


def jobs(connection: sqlite3.Connection, state: str | None, offset: int, limit: int) -> tuple[list[Job], int]:
    """Return a page of jobs, the newest first, and how many there are; only those in one state when it is given."""
    chosen, bound = ("WHERE state = ?", (state,)) if state else ("", ())
    total = connection.execute(f"SELECT count(*) FROM jobs {chosen}", bound).fetchone()[0]
    rows = connection.execute(
        f"SELECT * FROM jobs {chosen} ORDER BY position DESC LIMIT ? OFFSET ?", (*bound, limit, offset)
    )
    return [_job(row) for row in rows], int(total)


def counted(connection: sqlite3.Connection, ns: Sequence[int]) -> dict[int, Job]:
    """Return, for those of some n whose primes were counted here, the newest job that did."""
    rows = connection.execute(
        "SELECT jobs.* FROM jobs JOIN json_each(?) ON n = value WHERE state = 'SUCCESS' ORDER BY position",
        (msgspec.json.encode([str(n) for n in ns]).decode(),),
    )
    return {job.n: job for job in map(_job, rows)}


def chunks_of(connection: sqlite3.Connection, job: Job) -> list[tuple[Chunk, int]]:
    """Return the chunks of a job in order, each with who holds it, 0 for nobody."""
    rows = connection.execute(
        "SELECT chunk, status, work, before, last, coalesce(client, 0) FROM chunks LEFT JOIN leases ON lease = work"
        " WHERE position = ? ORDER BY chunk",
        (job.position,),
    )
    return [
        (Chunk(chunk, status, work, _number(before), _number(last)), client)
        for chunk, status, work, before, last, client in rows
    ]


def _job(row: tuple[int, str, str, int, JobState, int, str | None, str, int, int | None]) -> Job:
    position, job, n, chunks, state, done, primes, error, submitted_at, ended_at = row
    return Job(position, job, int(n), chunks, state, done, _number(primes), error, submitted_at, ended_at)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
