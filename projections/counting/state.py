"""Counting jobs, their chunks and who holds them."""

import sqlite3
from collections.abc import Sequence
from typing import Literal

import msgspec

from core.counting.events import (
    BorderChecked,
    CheckAssigned,
    ChunkAssigned,
    ChunkCounted,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobSubmitted,
)
from core.counting.reporting import CONTEXT, stream_of
from core.counting.state import Chunk, Job
from core.events.envelope import Event
from core.leases.decide import Lease
from core.leases.events import LeaseEnded
from projections.counting import checks, table
from projections.counting.checks import CheckTable
from projections.counting.table import JobTable, chunk_from, job_from
from projections.leases import table as leases
from projections.leases.table import LeaseTable
from projections.runtime.answers import Answers
from projections.runtime.paging import rows_of_page

SCHEMA = table.SCHEMA + checks.SCHEMA + leases.SCHEMA


class CountingState(Answers):
    """Implements `core.counting.state.CountingState`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._jobs = JobTable(connection)
        self._checks = CheckTable(connection)
        self._leases = LeaseTable(connection, CONTEXT)
        self.job = self._jobs.get
        self.open_chunk = self._jobs.open_chunk
        self.counted_jobs = self._jobs.counted_jobs
        self.checks = self._checks.of
        self.check_given = self._checks.given
        self.lease = self._leases.lease

    def chunk(self, job: Job, chunk: int) -> Chunk | None:
        """Return a chunk of a job, None when the job has no such chunk."""
        return self._jobs.chunks(job).get(chunk)

    def live_leases(self, job: str) -> list[Lease]:
        """Return the live leases on a job's chunks, oldest first."""
        return self._leases.live_on(stream_of(job))

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        match fact:
            case ChunkCounted():
                self._jobs.count(fact)
            case BorderChecked():
                self._checks.end(fact)
            case CheckAssigned():
                self._checks.hold(self._jobs.sure(fact.job).position, fact)
            case ChunkAssigned():
                self._jobs.assign(fact)
            case JobSubmitted():
                self._jobs.submit(fact, event)
            case JobFinished():
                self._jobs.end(fact.job, "SUCCESS", event.recorded_at, primes=int(fact.primes))
            case JobFailed():
                self._jobs.end(fact.job, "FAILURE", event.recorded_at, error=fact.error)
            case JobCancelled():
                self._jobs.end(fact.job, "REVOKED", event.recorded_at)
            case _:
                lease = self._leases.apply(event)
                if lease is not None and isinstance(fact, LeaseEnded):
                    self._jobs.release(lease.subject.removeprefix("job-"), fact.lease)
                    self._checks.release(fact.lease)

    def flush(self) -> None:
        """Write what was held back."""
        self._jobs.flush()
        self._leases.flush()


def jobs(connection: sqlite3.Connection, state: str | None, offset: int, limit: int) -> tuple[list[Job], int]:
    """Return a page of jobs, the newest first, and how many there are; only those in one state when it is given."""
    chosen, bound = ("WHERE state = ?", (state,)) if state else ("", ())
    total = connection.execute(f"SELECT count(*) FROM jobs {chosen}", bound).fetchone()[0]
    rows = rows_of_page(connection, f"SELECT * FROM jobs {chosen}", bound, "position DESC", total, limit, offset)
    return [job_from(row) for row in rows], int(total)


def count_chunks(connection: sqlite3.Connection, status: Literal["open", "held"]) -> int:
    """Count the chunks that nobody holds, or those that somebody does."""
    return int(connection.execute(f"SELECT count(*) FROM chunks WHERE status = '{status}'").fetchone()[0])


def failures(connection: sqlite3.Connection, limit: int) -> list[tuple[str, int]]:
    """Return why jobs failed, and how often; what happened last is first."""
    return connection.execute(
        "SELECT error, count(*) FROM jobs WHERE state = 'FAILURE' GROUP BY error ORDER BY max(position) DESC LIMIT ?",
        (limit,),
    ).fetchall()


def counted(connection: sqlite3.Connection, ns: Sequence[int]) -> dict[int, Job]:
    """Return, for those of some n whose primes were counted here, the newest job that did."""
    rows = connection.execute(
        "SELECT * FROM jobs WHERE position IN"
        " (SELECT max(position) FROM json_each(?) CROSS JOIN jobs ON n = value WHERE state = 'SUCCESS' GROUP BY n)",
        (msgspec.json.encode([str(n) for n in ns]).decode(),),
    )
    return {job.n: job for job in map(job_from, rows)}


def chunks_of(connection: sqlite3.Connection, job: Job) -> list[tuple[Chunk, int]]:
    """Return the chunks of a job in order, each with who holds it, 0 for nobody."""
    rows = connection.execute(
        "SELECT chunk, status, work, before, last, chunks.client, coalesce(leases.client, 0) FROM chunks"
        " LEFT JOIN leases ON lease = work"
        " WHERE position = ? ORDER BY chunk",
        (job.position,),
    )
    return [(chunk_from(row), client) for *row, client in rows]
