"""The state that decisions about counting need."""

from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from msgspec import Struct, field

from core.leases.decide import Lease

JobState = Literal["PENDING", "STARTED", "PROGRESS", "SUCCESS", "FAILURE", "REVOKED"]
"""`STARTED`: a chunk was leased. `PROGRESS`: a chunk is done. `REVOKED`: cancelled."""
ChunkStatus = Literal["open", "held", "done", "void"]
"""`void`: its job ended before it was done."""


class Job(Struct, frozen=True, gc=False):
    """A job as it stands.

    Attributes:
        position: of the event that submitted it, by which jobs are worked off.
        id: its UUID.
        n: the end of the range.
        chunks: how many it has.
        state: see `JobState`.
        done: how many chunks are.
        primes: how many there are up to n, once that is known.
        error: why it failed; empty when it did not.
        submitted_at: microseconds UTC.
        ended_at: None while it goes on.
    """

    position: int
    id: str = field(name="job")
    n: int
    chunks: int
    state: JobState
    done: int
    primes: int | None
    error: str
    submitted_at: int
    ended_at: int | None


class Chunk(Struct, frozen=True, gc=False):
    """A chunk as it stands.

    Attributes:
        id: which, from 1.
        status: see `ChunkStatus`.
        work: the live lease on it; empty when there is none.
        before: pi before its first number, as first reported; None when it was not.
        last: pi up to its last number.
        client: who counted it as its holder; 0 while nobody has.
    """

    id: int = field(name="chunk")
    status: ChunkStatus
    work: str
    before: int | None
    last: int | None
    client: int = 0


class Check(Struct, frozen=True, gc=False):
    """A check of what was counted up to the end of a chunk.

    Attributes:
        chunk: whose end.
        status: `held` until it is `done`, or `lost` when its lease ended before.
        work: the lease under which it was given.
        first: the first number of the stretch that is sieved.
        client: to whom.
    """

    chunk: int
    status: Literal["held", "done", "lost"]
    work: str
    first: int
    client: int


class CountingState(Protocol):
    """Implemented by `projections.counting.state`."""

    def job(self, job: str) -> Job | None:
        """Return a job by its UUID."""
        ...

    def chunk(self, job: Job, chunk: int) -> Chunk | None:
        """Return a chunk of a job, None when the job has no such chunk."""
        ...

    def open_chunk(self) -> tuple[Job, int] | None:
        """Return the first chunk that nobody holds: of the oldest job, the lowest."""
        ...

    def counted_jobs(self) -> Iterable[Job]:
        """Return the jobs of which every chunk is counted and a check is missing, the oldest first."""
        ...

    def checks(self, job: Job) -> Mapping[int, Check]:
        """Return the checks of a job that are held or done, by the chunks whose ends they are of."""
        ...

    def check_given(self, job: Job, chunk: int, client: int) -> Check | None:
        """Return the check of a chunk's end that a client was given last, even if it is lost; None when it was given none."""
        ...

    def lease(self, lease: str) -> Lease | None:
        """Return a lease, live or ended."""
        ...

    def live_leases(self, job: str) -> list[Lease]:
        """Return the live leases on a job's chunks, oldest first."""
        ...
