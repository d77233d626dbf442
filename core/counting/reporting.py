"""Decisions about counts that come in.

A report carries pi at both ends of its chunk, so what two neighbours say of the boundary between them must agree, and
so must two reports of one chunk, and each what is known from elsewhere. Whoever reports a chunk without holding it is recorded, but only a holder's report
finishes the chunk: it is leased once more.
"""

from collections.abc import Iterator

from msgspec import Struct

from core.counting.answers import CountAnswer
from core.counting.chunks import check_counts, ends_of
from core.counting.commands import ReportCount, ReportFailure
from core.counting.events import ChunkCounted, CountsDisagreed, JobFailed, JobFinished
from core.counting.known import KNOWN_COUNTS
from core.counting.state import Chunk, CountingState, Job
from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.leases import decide as leases
from core.leases.decide import Lease
from core.refusals import BadInput, Conflict, Forbidden, Unknown
from core.wording import shortened

CONTEXT = "counting"
MAX_ERROR = 500


def stream_of(job: str) -> str:
    """Return the stream in which a job's events stand."""
    return f"job-{job}"


def find_job(job: str, state: CountingState) -> Job:
    """Return a job.

    Raises:
        Unknown: there is none with this UUID.
    """
    known = state.job(job)
    if known is None:
        raise Unknown(f"There is no job {shortened(job)!r}.")
    return known


def report(command: ReportCount, asking: Asking, state: CountingState) -> Decision:
    """Record a count, compare it with what others said, and finish or fail the job when that is where it leads."""
    job, chunk = _subject(command, state)
    check_counts(*ends_of(job.n, job.chunks, chunk.id), command.before, command.last)
    lease = held_by(chunk.work, asking, state)
    disagreement = next(_disagreements(command, job, chunk, state), None)
    if chunk.status == "done" and disagreement is None:
        return CountAnswer(job=job.id, chunk=chunk.id, standing="known", state=job.state)
    counted = ChunkCounted(
        job=job.id,
        chunk=chunk.id,
        work=lease.id if lease else "",
        client=asking.client,
        before=str(command.before),
        last=str(command.last),
        cpu_milliseconds=command.cpu_milliseconds,
    )
    events = [NewEvent(stream_of(job.id), counted, cause=lease.granted if lease else job.position)]
    events += leases.end(lease, CONTEXT, "completed") if lease else []
    if disagreement is not None:
        events.append(NewEvent(stream_of(job.id), disagreement.fact(job), within=0))
        return events + fail(job, disagreement.sentence, state, besides=lease)
    if missed := _missed(command, job):
        return events + fail(job, missed, state, besides=lease)
    if lease and job.done + 1 == job.chunks and not checks_wanted(job):
        finished = JobFinished(job=job.id, primes=_primes(command, job, state))
        events.append(NewEvent(stream_of(job.id), finished, within=0))
    return events


def ends_a_lease(command: ReportCount, asking: Asking, state: CountingState) -> bool:
    """Tell whether a report comes from who holds the chunk.

    Then it is no resend, whatever its sender reported before it held the chunk: the first one would have ended the lease.
    """
    job = state.job(command.job)
    chunk = state.chunk(job, command.chunk) if job else None
    return chunk is not None and held_by(chunk.work, asking, state) is not None


def report_failure(command: ReportFailure, asking: Asking, state: CountingState) -> Decision:
    """Fail the job of a chunk that can't be counted; only the chunk's holder can say so."""
    job, chunk = _subject(command, state)
    lease = held_by(chunk.work, asking, state)
    if lease is None:
        raise Forbidden(f"Chunk {chunk.id} is not held by this client; only its holder may give it up.")
    if not 0 < len(command.error) <= MAX_ERROR:
        raise BadInput(f"error has {len(command.error)} characters; 1 to {MAX_ERROR} are accepted.")
    a, b = ends_of(job.n, job.chunks, chunk.id)
    sentence = f"Chunk {chunk.id} ({a} to {b}) can't be counted: {command.error}"
    return fail(job, sentence, state)


def fail(job: Job, sentence: str, state: CountingState, besides: Lease | None = None) -> list[NewEvent]:
    """Fail a job, and take back what is leased of it; `besides` is a lease that ends with the same command."""
    failed = NewEvent(stream_of(job.id), JobFailed(job=job.id, error=sentence), cause=job.position)
    return [failed, *revoke(job, "The job failed.", state, besides)]


def revoke(job: Job, reason: str, state: CountingState, besides: Lease | None = None) -> Iterator[NewEvent]:
    """Take back whatever is leased of a job."""
    for lease in state.live_leases(job.id):
        if besides is None or lease.id != besides.id:
            yield from leases.end(lease, CONTEXT, "revoked", reason)


def _subject(command: ReportCount | ReportFailure, state: CountingState) -> tuple[Job, Chunk]:
    job = find_job(command.job, state)
    chunk = state.chunk(job, command.chunk)
    if chunk is None:
        raise BadInput(f"chunk is {command.chunk}; the chunks of this job are 1 to {job.chunks}.")
    if job.state in {"FAILURE", "REVOKED"}:
        raise Conflict(f"The job is over ({job.state}); nothing more is taken for it.")
    return job, chunk


def checks_wanted(job: Job) -> int:
    """Return how many checks a job needs when all of its chunks are counted; none when its count is known anyway."""
    return 0 if job.n in KNOWN_COUNTS else min(job.chunks, 2)


def held_by(work: str, asking: Asking, state: CountingState) -> Lease | None:
    """Return the live lease by which the reporting client holds a chunk or check; `work` is empty when nobody does."""
    lease = state.lease(work) if work else None
    return lease if lease and asking.client and lease.client == asking.client else None


class Disagreement(Struct, frozen=True):
    """Two counts of the primes up to the same number: for which chunks they came, and what each said."""

    upto: int
    chunks: tuple[int, int]
    counts: tuple[int, int]

    @property
    def sentence(self) -> str:
        """The contradiction in words, with both counts named."""
        return (
            f"pi({self.upto}) was counted as {self.counts[0]} for chunk {self.chunks[0]} and as {self.counts[1]}"
            f" for chunk {self.chunks[1]}; at least one of the two is wrong."
        )

    def fact(self, job: Job) -> CountsDisagreed:
        """Record it."""
        counts = (str(self.counts[0]), str(self.counts[1]))
        return CountsDisagreed(job=job.id, upto=str(self.upto), chunks=self.chunks, counts=counts)


def _disagreements(command: ReportCount, job: Job, chunk: Chunk, state: CountingState) -> Iterator[Disagreement]:
    """Compare a report with what was said of the same chunk before, and of its neighbours' nearer ends."""
    a, b = ends_of(job.n, job.chunks, chunk.id)
    below, above = state.chunk(job, chunk.id - 1), state.chunk(job, chunk.id + 1)
    said = [(a - 1, chunk, chunk.before, command.before), (b, chunk, chunk.last, command.last)]
    if below is not None:
        said.append((a - 1, below, below.last, command.before))
    if above is not None:
        said.append((b, above, above.before, command.last))
    for upto, other, before, now in said:
        if before is not None and before != now:
            yield Disagreement(upto, (other.id, chunk.id), (before, now))


def _missed(command: ReportCount, job: Job) -> str:
    """Say where a report differs from what is known from elsewhere; nothing when it does not."""
    a, b = ends_of(job.n, job.chunks, command.chunk)
    for upto, count in ((a - 1, command.before), (b, command.last)):
        known = KNOWN_COUNTS.get(upto, count)
        if count != known:
            return f"pi({upto}) was counted as {count} for chunk {command.chunk}, and is known to be {known}."
    return ""


def _primes(command: ReportCount, job: Job, state: CountingState) -> str:
    """Return pi(n), which the last chunk's report says."""
    if command.chunk == job.chunks:
        return str(command.last)
    last = state.chunk(job, job.chunks)
    assert last is not None, "the chunk was counted"
    return str(last.last)
