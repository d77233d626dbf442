"""Checking a count by another worker and a second method.

Reports that agree may all be wrong: one worker may have counted everything, and the same program twice. So the end of
the last chunk, which is the job's count, is checked where no table says what it is, and of the other ends one that nobody
can foresee. Whoever checks computes pi some way before the end and sieves the stretch from there.
"""

from collections.abc import Iterator

from core.clients.naming import stream_of as client
from core.counting.answers import CountAnswer
from core.counting.chunks import check_counts, ends_of, nominal_seconds
from core.counting.commands import ReportCount, RequestChunk
from core.counting.events import BorderChecked, CheckAssigned, CountsDisagreed, JobFinished
from core.counting.reporting import CONTEXT, checks_wanted, fail, stream_of
from core.counting.state import Check, Chunk, CountingState, Job
from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.leases import decide as leases
from core.leases.decide import Lease
from core.leases.ending import ends_in_time
from core.refusals import BadInput, Conflict, Forbidden

_WHOLE = 10**9
"""Up to here everything is sieved, and nothing rests on pi; that takes a tenth of a second."""
_LEAST_STRETCH = 10**7
_MOST_STRETCH = 10**8


def assign(command: RequestChunk, asking: Asking, state: CountingState) -> Decision | None:
    """Give a client the first check that it may make; None when there is none."""
    for job in state.counted_jobs():
        chunk = next(_open_to(command, asking, job, state), None)
        if chunk is None:
            continue
        _, end = ends_of(job.n, job.chunks, chunk.id)
        if not ends_in_time(nominal_seconds(end), command.lives_seconds):
            continue
        first = end - _stretch(end, _chance(command.work)) + 1
        assigned = CheckAssigned(work=command.work, job=job.id, chunk=chunk.id, first=str(first), client=asking.client)
        grant = leases.grant(command.work, CONTEXT, stream_of(job.id), asking.client, command.lease_seconds, asking.now)
        return [
            NewEvent(leases.stream_of(command.work), assigned, cause=job.position),
            NewEvent(grant.stream, grant.fact, within=0),
        ]
    return None


def _open_to(command: RequestChunk, asking: Asking, job: Job, state: CountingState) -> Iterator[Chunk]:
    """Yield the chunks whose ends a client may check: the last, and one of the others, drawn by chance."""
    checks = state.checks(job)
    others = job.chunks - 1
    drawn = [_chance(command.work) % others + 1] if others and not checks.keys() - {job.chunks} else []
    drawn += range(1, job.chunks) if drawn else []
    for number in [job.chunks, *drawn]:
        chunk = state.chunk(job, number)
        assert chunk is not None, f"job {job.id} has {job.chunks} chunks"
        if number not in checks and (command.alone or chunk.client != asking.client):
            yield chunk


def _chance(work: str) -> int:
    """Return the number that a fresh UUID is: 122 random bits."""
    return int(work.replace("-", ""), 16)


def _stretch(end: int, chance: int) -> int:
    """Return how long a stretch before a border is sieved."""
    if end <= _WHOLE:
        return end
    return _LEAST_STRETCH + (chance >> 64) % (_MOST_STRETCH - _LEAST_STRETCH)


def report(command: ReportCount, asking: Asking, job: Job, state: CountingState) -> Decision:
    """Compare what a check says with what was reported, and finish or fail the job when that is where it leads.

    It counts for whoever was given the check, even when the lease has ended: the stretch was as unforeseeable, and whoever
    holds it meanwhile is spared.
    """
    check, chunk = _subject(command, asking, job, state)
    check_counts(check.first, ends_of(job.n, job.chunks, chunk.id)[1], command.before, command.last)
    checks = state.checks(job)
    other = checks.get(chunk.id)
    agrees = command.last == chunk.last
    if agrees and other is not None and other.status == "done":
        return CountAnswer(job=job.id, chunk=command.chunk, standing="known", state=job.state)
    lease = state.lease(check.work)
    assert lease is not None, "it was granted with the check"
    checked = BorderChecked(
        job=job.id,
        chunk=chunk.id,
        work=check.work,
        client=asking.client,
        first=str(check.first),
        before=str(command.before),
        last=str(command.last),
        sieved=command.sieved,
        cpu_milliseconds=command.cpu_milliseconds,
    )
    events = [NewEvent(stream_of(job.id), checked, cause=lease.granted), *leases.end(lease, CONTEXT, "completed")]
    if not agrees:
        return events + _contradicted(command, asking, job, chunk, state, lease)
    if other is not None and other.work != check.work:
        spared = state.lease(other.work)
        events += leases.end(spared, CONTEXT, "revoked", "Another one has made the check.") if spared else []
    if sum(one.status == "done" for one in checks.values()) + 1 == checks_wanted(job):
        finished = JobFinished(job=job.id, primes=str(_pi(job, state)))
        events.append(NewEvent(stream_of(job.id), finished, within=0))
    return events


def _subject(command: ReportCount, asking: Asking, job: Job, state: CountingState) -> tuple[Check, Chunk]:
    """Return the check that a report is about, and the chunk whose end it is of."""
    number = command.chunk - job.chunks
    chunk = state.chunk(job, number)
    if chunk is None or chunk.last is None:
        raise BadInput(f"chunk is {command.chunk}; the chunks of this job are 1 to {job.chunks}.")
    check = state.check_given(job, number, asking.client) if asking.client else None
    if check is None:
        raise Forbidden(
            f"chunk is {command.chunk}, which is a check of chunk {number} that was not given to this client; only who was"
            " given it may report it."
        )
    if job.state in {"FAILURE", "REVOKED"}:
        raise Conflict(f"The job is over ({job.state}); nothing more is taken for it.")
    return check, chunk


def _contradicted(
    command: ReportCount, asking: Asking, job: Job, chunk: Chunk, state: CountingState, lease: Lease
) -> list[NewEvent]:
    """Fail a job whose count a check contradicts, and name both."""
    _, end = ends_of(job.n, job.chunks, chunk.id)
    counts = (str(chunk.last), str(command.last))
    disagreed = CountsDisagreed(job=job.id, upto=str(end), chunks=(chunk.id, chunk.id), counts=counts)
    sentence = (
        f"pi({end}) was counted as {chunk.last} by {client(chunk.client)} for chunk {chunk.id} and as {command.last} by"
        f" {client(asking.client)}, who checked it; at least one of the two is wrong."
    )
    return [NewEvent(stream_of(job.id), disagreed, within=0), *fail(job, sentence, state, besides=lease)]


def _pi(job: Job, state: CountingState) -> int:
    """Return pi(n), as it was reported."""
    last = state.chunk(job, job.chunks)
    assert last is not None, f"job {job.id} has {job.chunks} chunks"
    assert last.last is not None, "the last chunk was counted"
    return last.last
