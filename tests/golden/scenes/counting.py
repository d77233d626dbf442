"""Jobs of counting."""

from core.counting.commands import CancelJob, ReportCount, ReportFailure, RequestChunk, SubmitJob
from tests.golden.staging import leads_to, name
from tests.office import Office


def _job(office: Office, n: int = 100_000, chunks: int = 1) -> str:
    """Submit a job; return its id."""
    job = name(office)
    office.perform(SubmitJob(job=job, n=n, chunks=chunks, ceiling=10**18))
    return job


@leads_to(
    "counting.job_submitted.v1", "counting.chunk_assigned.v1", "counting.chunk_counted.v1", "counting.job_finished.v1"
)
def count_primes(office):
    """A job is counted to its end."""
    job = _job(office)
    work = office.perform(RequestChunk(work=name(office), lease_seconds=120))
    office.perform(ReportCount(job=work.job, chunk=work.chunk, before=0, last=9_592, cpu_milliseconds=5))
    if work.job != job:
        office.perform(ReportCount(job=job, chunk=1, before=0, last=9_592))


@leads_to("counting.check_assigned.v1", "counting.border_checked.v1")
def check_primes(office):
    """One counts, and another checks the count, which no table has."""
    job = _job(office, n=100_003)
    for client in ("alice", "bob"):
        work = office.perform(RequestChunk(work=name(office), lease_seconds=120), client=client)
        report = ReportCount(job=job, chunk=work.chunk, before=0, last=9_593, sieved=client == "bob")
        office.perform(report, client=client)


@leads_to("counting.counts_disagreed.v1", "counting.job_failed.v1", "counting.job_cancelled.v1")
def miscount_primes(office):
    """Neighbours disagree, a job fails, another is cancelled."""
    job = _job(office, chunks=4)
    office.perform(ReportCount(job=job, chunk=1, before=0, last=2_762))
    office.perform(ReportCount(job=job, chunk=2, before=2_763, last=5_133), client="bob")
    office.perform(CancelJob(job=_job(office)))
    _job(office)
    work = office.perform(RequestChunk(work=name(office), lease_seconds=120))
    office.perform(ReportFailure(job=work.job, chunk=work.chunk, error="no memory"))
