"""Counting as a context: which decision answers which command."""

from core.counting import checking, reporting
from core.counting.answers import ANSWERS, JobAnswer, NoChunk, answer
from core.counting.chunks import check_job, ends_of, nominal_seconds
from core.counting.commands import (
    CancelJob,
    EndChunk,
    ExpireChunk,
    RenewChunk,
    ReportCount,
    ReportFailure,
    RequestChunk,
    SubmitJob,
)
from core.counting.events import FACTS, ChunkAssigned, ChunkCounted, JobCancelled, JobSubmitted
from core.counting.reporting import CONTEXT, find_job, report_failure, revoke, stream_of
from core.counting.state import CountingState
from core.deciding import Asking, Context, Decision
from core.events.envelope import NewEvent
from core.leases import decide as leases
from core.leases import holding
from core.leases.ending import ends_in_time, too_late
from core.leases.events import LeaseEnded
from core.refusals import Conflict
from core.steering.events import Resumed


def submit(command: SubmitJob, _: Asking, __: CountingState) -> Decision:
    """Take a job."""
    check_job(command.n, command.chunks, command.ceiling)
    submitted = JobSubmitted(job=command.job, n=str(command.n), chunks=command.chunks)
    return [NewEvent(stream_of(command.job), submitted)]


def assign(command: RequestChunk, asking: Asking, state: CountingState) -> Decision:
    """Give a client the first chunk that nobody holds, or else a check that it may make."""
    found = state.open_chunk()
    if found is None:
        return checking.assign(command, asking, state) or NoChunk(
            message="No chunk waits to be counted; submit a job, or ask again later."
        )
    job, chunk = found
    if not ends_in_time(nominal_seconds(ends_of(job.n, job.chunks, chunk)[1]), command.lives_seconds):
        return NoChunk(message=too_late(command.lives_seconds))
    assigned = ChunkAssigned(work=command.work, job=job.id, chunk=chunk, client=asking.client)
    grant = leases.grant(command.work, CONTEXT, stream_of(job.id), asking.client, command.lease_seconds, asking.now)
    return [
        NewEvent(leases.stream_of(command.work), assigned, cause=job.position),
        NewEvent(grant.stream, grant.fact, within=0),
    ]


def report(command: ReportCount, asking: Asking, state: CountingState) -> Decision:
    """Record what a client says of a chunk, or of a check, whose numbers follow those of the chunks."""
    job = find_job(command.job, state)
    if command.chunk > job.chunks:
        return checking.report(command, asking, job, state)
    return reporting.report(command, asking, state)


def cancel(command: CancelJob, _: Asking, state: CountingState) -> Decision:
    """Cancel a job that goes on; one that was cancelled stays so."""
    job = find_job(command.job, state)
    if job.state == "REVOKED":
        return JobAnswer(job=job.id, state=job.state)
    if job.ended_at is not None:
        raise Conflict(f"The job is over ({job.state}); only one that goes on can be cancelled.")
    cancelled = NewEvent(stream_of(job.id), JobCancelled(job=job.id), cause=job.position)
    return [cancelled, *revoke(job, "The job was cancelled.", state)]


COUNTING = Context(
    name=CONTEXT,
    facts=FACTS,
    decisions={
        ReportCount: report,
        RequestChunk: assign,
        SubmitJob: submit,
        CancelJob: cancel,
        ReportFailure: report_failure,
        **dict.fromkeys((RenewChunk, EndChunk, ExpireChunk), holding.decide),
    },
    anew={ReportCount: reporting.ends_a_lease},
    answer=answer,
    answers=ANSWERS,
    expire=lambda lease: ExpireChunk(lease=lease),
    openings=frozenset({JobSubmitted.type, ChunkCounted.type, LeaseEnded.type, Resumed.type}),
)
