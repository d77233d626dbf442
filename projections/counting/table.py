"""The tables of jobs and their chunks."""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from msgspec.structs import astuple, replace

from core.counting.events import ChunkAssigned, ChunkCounted, JobSubmitted
from core.counting.state import Chunk, ChunkStatus, Job, JobState
from core.events.envelope import Event
from projections.runtime.kept import Kept
from projections.runtime.rows import insert_named, insert_rows, row_of

SCHEMA = """
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
CREATE INDEX counts_by_n ON jobs (n) WHERE state = 'SUCCESS';
CREATE TABLE chunks (
    position INTEGER NOT NULL,     -- the job's
    chunk INTEGER NOT NULL,
    status TEXT NOT NULL,
    work TEXT NOT NULL,            -- the live lease on it, else empty
    before TEXT,                   -- pi before its first number
    last TEXT,                     -- pi up to its last number
    client INTEGER NOT NULL,       -- who counted it as its holder; 0 while nobody has
    PRIMARY KEY (position, chunk)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_chunks ON chunks (position, chunk) WHERE status = 'open';
CREATE INDEX held_chunks ON chunks (work) WHERE status = 'held';
"""
_KEPT = 1_000


class JobTable:
    """The jobs in one projections file, each with its chunks, of which it has 128 at most.

    What a batch changes is held here and written once, by `flush`; queries that look at more than one job flush first.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._jobs = Kept(partial(job_of, connection), self._write, _KEPT)
        self._chunks: dict[int, dict[int, Chunk]] = {}
        self._changed_chunks: dict[tuple[int, int], Chunk] = {}
        self.get = self._jobs.get
        self.sure = self._jobs.sure

    def chunks(self, job: Job) -> dict[int, Chunk]:
        """Return the chunks of a job by their numbers, in order."""
        known = self._chunks.get(job.position)
        if known is None:
            rows = self._connection.execute(
                "SELECT chunk, status, work, before, last, client FROM chunks WHERE position = ? ORDER BY chunk",
                (job.position,),
            )
            known = self._chunks[job.position] = {row[0]: chunk_from(row) for row in rows}
        return known

    def open_chunk(self) -> tuple[Job, int] | None:
        """Return the first chunk that nobody holds: of the oldest job, the lowest."""
        self.flush()
        row = self._connection.execute(
            "SELECT job, chunk FROM chunks JOIN jobs USING (position)"
            " WHERE status = 'open' ORDER BY chunks.position, chunk LIMIT 1"
        ).fetchone()
        return (self.sure(row[0]), row[1]) if row else None

    def counted_jobs(self) -> Iterator[Job]:
        """Yield the jobs that go on though every chunk is counted, the oldest first."""
        self.flush()
        rows = self._connection.execute(
            "SELECT job FROM jobs WHERE state = 'PROGRESS' AND done = chunks ORDER BY position"
        )
        for (job,) in rows:
            yield self.sure(job)

    def submit(self, fact: JobSubmitted, event: Event) -> None:
        """Add a job; all of its chunks are open."""
        job = Job(event.position, fact.job, int(fact.n), fact.chunks, "PENDING", 0, None, "", event.recorded_at, None)
        self._keep(job)
        self._chunks[job.position] = {}
        for chunk in range(1, fact.chunks + 1):
            self._keep_chunk(job, Chunk(chunk, "open", "", None, None))

    def assign(self, fact: ChunkAssigned) -> None:
        """Let a lease hold a chunk."""
        job = self.sure(fact.job)
        if job.state == "PENDING":
            self._keep(replace(job, state="STARTED"))
        self._keep_chunk(job, replace(self.chunks(job)[fact.chunk], status="held", work=fact.work))

    def count(self, fact: ChunkCounted) -> None:
        """Keep what was said first; a holder's report makes the chunk done."""
        job = self.sure(fact.job)
        chunk = self.chunks(job)[fact.chunk]
        before = int(fact.before) if chunk.before is None else chunk.before
        last = int(fact.last) if chunk.last is None else chunk.last
        self._keep_chunk(job, replace(chunk, before=before, last=last))
        if fact.work:
            self._let_go(job, fact.work, "done", fact.client)
            self._keep(replace(job, done=job.done + 1, state="PROGRESS"))

    def release(self, job: str, lease: str) -> None:
        """Open again the chunk that a lease still holds."""
        self._let_go(self.sure(job), lease, "open")

    def _let_go(self, job: Job, lease: str, status: ChunkStatus, client: int = 0) -> None:
        for chunk in self.chunks(job).values():
            if chunk.work == lease:
                self._keep_chunk(job, replace(chunk, status=status, work="", client=client))
                break

    def end(self, job: str, state: JobState, ended_at: int, *, primes: int | None = None, error: str = "") -> None:
        """End a job; what is left of it is leased to nobody any more."""
        ended = replace(self.sure(job), state=state, ended_at=ended_at, primes=primes, error=error)
        self._keep(ended)
        for chunk in self.chunks(ended).values():
            if chunk.status != "done":
                self._keep_chunk(ended, replace(chunk, status="void", work=""))

    def _keep(self, job: Job) -> None:
        self._jobs.put(job.id, job)

    def _keep_chunk(self, job: Job, chunk: Chunk) -> None:
        self._chunks[job.position][chunk.id] = self._changed_chunks[job.position, chunk.id] = chunk

    def _write(self, changed: Sequence[Job]) -> None:
        insert_rows(
            self._connection,
            "INSERT INTO jobs",
            sorted(map(_row, changed)),  # by position, which is the key of the table
            "ON CONFLICT DO UPDATE SET state = excluded.state, done = excluded.done, primes = excluded.primes,"
            " error = excluded.error, ended_at = excluded.ended_at",
        )

    def flush(self) -> None:
        """Write what has changed."""
        self._jobs.flush()
        insert_named(
            self._connection,
            "chunks",
            [
                row_of(chunk, position=position, before=_text(chunk.before), last=_text(chunk.last))
                for (position, _), chunk in sorted(self._changed_chunks.items())
            ],
            "ON CONFLICT DO UPDATE SET status = excluded.status, work = excluded.work, before = excluded.before,"
            " last = excluded.last, client = excluded.client",
        )
        self._changed_chunks.clear()
        if len(self._chunks) > _KEPT:
            self._chunks.clear()


def _row(job: Job) -> tuple[object, ...]:
    position, name, n, chunks, state, done, primes, *rest = astuple(job)
    return position, name, str(n), chunks, state, done, _text(primes), *rest


def job_of(connection: sqlite3.Connection, job: str) -> Job | None:
    """Return a job by its UUID."""
    row = connection.execute("SELECT * FROM jobs WHERE job = ?", (job,)).fetchone()
    return job_from(row) if row else None


def job_from(row: tuple[int, str, str, int, JobState, int, str | None, str, int, int | None]) -> Job:
    """Read a row of the jobs."""
    position, job, n, chunks, state, done, primes, error, submitted_at, ended_at = row
    return Job(position, job, int(n), chunks, state, done, _number(primes), error, submitted_at, ended_at)


def chunk_from(row: Sequence[Any]) -> Chunk:
    """Read a chunk, the status, the lease on it, what was counted and by whom."""
    chunk, status, work, before, last, client = row
    return Chunk(chunk, status, work, _number(before), _number(last), client)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def longest_open(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many chunks wait, and the position of the event that submitted the oldest one's job; 0 for none."""
    row = connection.execute("SELECT count(*), coalesce(min(position), 0) FROM chunks WHERE status = 'open'").fetchone()
    return int(row[0]), int(row[1])
