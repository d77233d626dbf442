"""Commands of counting."""

from core.counting.answers import ChunkAnswer, CountAnswer, JobAnswer
from core.deciding import Command
from core.leases.answers import Nothing
from core.leases.commands import EndLease, ExpireLease, RenewLease


class SubmitJob(Command[JobAnswer], frozen=True):
    """Have the primes up to n counted.

    Attributes:
        job: a fresh UUID.
        n: the end of the range.
        chunks: into how many it is cut.
        ceiling: the largest n that is accepted.
    """

    context = "counting"
    job: str
    n: int
    chunks: int
    ceiling: int


class CancelJob(Command[JobAnswer], frozen=True):
    """Nobody wants a job's count any more."""

    context = "counting"
    job: str


class RequestChunk(Command[ChunkAnswer | Nothing], frozen=True):
    """Be given a chunk to count.

    Attributes:
        work: a fresh UUID, the id of the lease if there is one.
        lease_seconds: how long to hold it without a sign of life.
    """

    context = "counting"
    work: str
    lease_seconds: int


class ReportCount(Command[CountAnswer], frozen=True):
    """A chunk was counted: `before` is pi(a - 1) and `last` pi(b) for its ends a and b."""

    context = "counting"
    repeatable = True
    job: str
    chunk: int
    before: int
    last: int
    cpu_milliseconds: int = 0


class ReportFailure(Command[JobAnswer], frozen=True):
    """A chunk can't be counted, whoever tries; `error` says why."""

    context = "counting"
    repeatable = True
    job: str
    chunk: int
    error: str


class RenewChunk(RenewLease, frozen=True):
    """The holder of a chunk is at work."""

    context = "counting"


class EndChunk(EndLease, frozen=True):
    """The holder of a chunk hands it back."""

    context = "counting"


class ExpireChunk(ExpireLease, frozen=True):
    """The time for a chunk has run out."""

    context = "counting"
