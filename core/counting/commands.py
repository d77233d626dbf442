"""Commands of counting."""

from core.counting.answers import ChunkAnswer, CountAnswer, JobAnswer
from core.deciding import Command, Kind, Nothing
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
    """Be given a chunk to count, or a count of somebody else's to check.

    Attributes:
        work: a fresh UUID, the id of the lease if there is one; by its bits chance decides what is checked.
        lease_seconds: how long to hold it without a sign of life.
        alone: whether nobody else is here to count, so that who asks may check what it has counted itself.
        lives_seconds: what would not end within so many seconds is not given; 0 when the client does not say how long it lives.
    """

    context = "counting"
    hands_out = Kind("counting", "the counting of primes", doing="counts primes")
    work: str
    lease_seconds: int
    alone: bool = False
    lives_seconds: int = 0


class ReportCount(Command[CountAnswer], frozen=True):
    """A chunk was counted: `before` is pi(a - 1) and `last` pi(b) for its ends a and b.

    A check bears a number beyond those of the chunks: one more than their number for the end of the first, and so on.

    Attributes:
        job: which.
        chunk: which chunk of it, or which check.
        before: pi(a - 1).
        last: pi(b).
        cpu_milliseconds: what it took, 0 when not said.
        sieved: whether the primes from a to b were sieved.
    """

    context = "counting"
    repeatable = True
    job: str
    chunk: int
    before: int
    last: int
    cpu_milliseconds: int = 0
    sieved: bool = False


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
