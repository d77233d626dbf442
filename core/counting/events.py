"""Facts about counting jobs; counts and bounds, which may exceed 2^53, are decimal strings."""

from core.events.fact import Fact


class JobSubmitted(Fact, frozen=True):
    """Somebody wants to know how many primes there are up to n.

    Attributes:
        job: a UUID.
        n: the end of the range, in decimal.
        chunks: into how many it is cut.
    """

    type = "counting.job_submitted.v1"
    job: str
    n: str
    chunks: int


class ChunkAssigned(Fact, frozen=True):
    """A client was asked to count a chunk.

    Attributes:
        work: a UUID, also the id of the lease.
        job: the job's UUID.
        chunk: which, from 1.
        client: who is to.
    """

    type = "counting.chunk_assigned.v1"
    work: str
    job: str
    chunk: int
    client: int


class ChunkCounted(Fact, frozen=True):
    """A client counted the primes up to both ends of a chunk.

    Attributes:
        job: the job's UUID.
        chunk: which, from 1.
        work: the lease that the client held on it; empty when it held none, and the chunk is then leased once more.
        client: who counted.
        before: pi(a - 1) for the chunk's first number a, in decimal.
        last: pi(b) for its last number b, in decimal.
        cpu_milliseconds: what it took, 0 when not said.
    """

    type = "counting.chunk_counted.v1"
    job: str
    chunk: int
    work: str
    client: int
    before: str
    last: str
    cpu_milliseconds: int


class CheckAssigned(Fact, frozen=True):
    """A client was asked to check what another one counted up to the end of a chunk.

    Attributes:
        work: a UUID, also the id of the lease.
        job: the job's UUID.
        chunk: whose end, from 1.
        first: the first number of the stretch before that end which is to be sieved, in decimal.
        client: who is to.
    """

    type = "counting.check_assigned.v1"
    work: str
    job: str
    chunk: int
    first: str
    client: int


class BorderChecked(Fact, frozen=True):
    """A client checked what another one counted up to the end of a chunk.

    Attributes:
        job: the job's UUID.
        chunk: whose end, from 1.
        work: the lease that the client held on the check.
        client: who checked.
        first: the first number of the stretch before that end, in decimal.
        before: pi(first - 1), in decimal.
        last: pi up to the end of the chunk, in decimal.
        sieved: whether the primes of the stretch were sieved, and not counted like those of the chunk.
        cpu_milliseconds: what it took, 0 when not said.
    """

    type = "counting.border_checked.v1"
    job: str
    chunk: int
    work: str
    client: int
    first: str
    before: str
    last: str
    sieved: bool
    cpu_milliseconds: int


class CountsDisagreed(Fact, frozen=True):
    """Two reports give different counts of the same primes; one of them is wrong.

    Attributes:
        job: the job's UUID.
        upto: the primes up to which were counted, in decimal.
        chunks: for which chunk the first report came, and for which the second.
        counts: what each said, in decimal.
    """

    type = "counting.counts_disagreed.v1"
    job: str
    upto: str
    chunks: tuple[int, int]
    counts: tuple[str, str]


class JobFinished(Fact, frozen=True):
    """Every chunk is counted, and all counts and checks agree: there are so many primes up to n."""

    type = "counting.job_finished.v1"
    job: str
    primes: str


class JobFailed(Fact, frozen=True):
    """There will be no count; `error` says why in a sentence."""

    type = "counting.job_failed.v1"
    job: str
    error: str


class JobCancelled(Fact, frozen=True):
    """Nobody wants the count any more."""

    type = "counting.job_cancelled.v1"
    job: str


FACTS = (
    JobSubmitted,
    ChunkAssigned,
    ChunkCounted,
    CheckAssigned,
    BorderChecked,
    CountsDisagreed,
    JobFinished,
    JobFailed,
    JobCancelled,
)
