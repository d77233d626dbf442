"""Submitting, watching and cancelling jobs."""

import sqlite3
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.requests.parameters import PageNumber, SizeOrAll
from coordinator.http.requests.sentences import explain
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.responses.whole import Listing
from coordinator.http.workers.attendance import unattended
from coordinator.node import Node
from coordinator.setup.settings import Settings
from core.counting.chunks import LEAST_N, MOST_CHUNKS, accepted_n
from core.counting.commands import CancelJob, SubmitJob
from core.counting.state import Job, JobState
from core.refusals import BadInput, Unknown
from core.timestamps import SECOND
from core.wording import shortened
from projections.counting.state import jobs
from projections.counting.table import job_of

_USUAL_CHUNKS = 16
_WHOLE_NUMBER = {"type": "integer", "minimum": LEAST_N}
_EXACT = 2**53
_CHECKING = "Every chunk is counted; another worker than the one that counted checks the count with a sieve."

InState = Annotated[JobState | None, QueryParameter(name="state", description="Only jobs in this state.")]


class CountPrimes(msgspec.Struct, frozen=True):
    """Count the primes up to `n`, cut into so many chunks."""

    n: Annotated[Any, Meta(extra_json_schema=_WHOLE_NUMBER, extra={"accepted": "the number up to which to count"})]
    chunks: Annotated[int, Meta(ge=1, le=MOST_CHUNKS)] = _USUAL_CHUNKS


class SubmittedJob(msgspec.Struct, frozen=True, omit_defaults=True):
    """A job was taken; a message says that nobody is here to count, when that is so."""

    job_id: str
    status: str
    message: str | None = None


class Progress(msgspec.Struct, frozen=True):
    """How many chunks are counted, and how many there are."""

    completed: int
    total: int


class Count(msgspec.Struct, frozen=True):
    """How many primes there are up to `n`, and how long it took from submission to result."""

    prime_count: int
    duration_sec: float
    n: int


class JobStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """A job as it stands.

    `PENDING` until the first chunk is leased, `STARTED` until the first is counted, then `PROGRESS` until it ends as
    `SUCCESS`, `FAILURE` (`error` says why) or `REVOKED`. While it goes on, a message says that nobody is here to count, or
    that all is counted and the count is being checked, when that is so.
    """

    job_id: str
    state: JobState
    progress: Progress
    result: Count | None
    error: str | None
    message: str | None = None


class JobList(msgspec.Struct, frozen=True):
    """A page of jobs, the newest first."""

    jobs: list[JobStatus]
    total: int
    page: int
    size: int


class CancelledJob(msgspec.Struct, frozen=True):
    """A job is worked on no more."""

    job_id: str
    state: str


@post(
    "/count-primes",
    status_code=202,
    guards=[needs("submit")],
    summary="Have primes counted",
    responses=may_answer(400, 415, 503),
)
async def count_primes(
    request: AnyRequest,
    data: JSONBody[CountPrimes],
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
) -> Response[SubmittedJob]:
    """Take a job: `n` from 10,000 to the configured ceiling, in 1 to 128 chunks."""
    ceiling = settings.counting_ceiling
    command = SubmitJob(job=fresh_uuid(request), n=_limit(data.n, ceiling), chunks=data.chunks, ceiling=ceiling)
    outcome = await perform(request, command)
    nobody = unattended(node, settings).get("counting")
    return answered(outcome, SubmittedJob(outcome.answer.job, outcome.answer.state, nobody))


def _limit(said: Any, ceiling: int) -> int:
    """Read up to where to count; a type could not say how far that may be here."""
    kind = Annotated[int, Meta(extra={"accepted": accepted_n(ceiling)})]
    try:
        n = msgspec.convert(said, int, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(explain(str(error), kind, said, "n")) from None
    if _rounded(said, n):
        raise BadInput(explain("Expected `int`, got `float`", kind, said, "n"))
    return n


def _rounded(said: Any, n: int) -> bool:
    """Tell whether a number with a point or an exponent became another: it is read as a double, which is exact below 2^53."""
    if isinstance(said, str):
        return abs(n) <= _EXACT and Decimal(said) != n
    return isinstance(said, float) and abs(n) >= _EXACT


@get("/jobs/{job_id:str}", guards=[needs("read")], summary="See how a job stands", responses=may_answer(404))
async def read_job(
    node: NamedDependency[Node], settings: NamedDependency[Settings], job_id: FromPath[str]
) -> JobStatus:
    """Return a job's state, progress, and result once there is one."""
    job = await node.readers["counting"].query(job_of, job_id)
    if job is None:
        raise Unknown(f"There is no job {shortened(job_id)!r}.")
    return _status(job, unattended(node, settings).get("counting"))


@get("/jobs", guards=[needs("read")], summary="List the jobs", responses=may_answer(400))
async def list_jobs(
    request: AnyRequest,
    node: NamedDependency[Node],
    in_state: InState = None,
    page: FromQuery[PageNumber] = 1,
    size: FromQuery[SizeOrAll] = 100,
) -> Response[JobList]:
    """Return the jobs, the newest first."""

    def read(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[JobStatus], int]:
        found, total = jobs(connection, in_state, offset, limit)
        return [_status(job) for job in found], total

    return await Listing("jobs", JobStatus, node.readers["counting"], read).answer(request, page, size, JobList)


@delete(
    "/jobs/{job_id:str}",
    status_code=200,
    guards=[needs("submit")],
    summary="Cancel a job",
    responses=may_answer(404, 409, 503),
)
async def cancel_job(request: AnyRequest, job_id: FromPath[str]) -> Response[CancelledJob]:
    """Cancel a job that goes on; its chunks are taken back from whoever holds them."""
    outcome = await perform(request, CancelJob(job=job_id))
    return answered(outcome, CancelledJob(outcome.answer.job, outcome.answer.state))


def _status(job: Job, nobody: str | None = None) -> JobStatus:
    result = None
    if job.primes is not None and job.ended_at is not None:
        result = Count(job.primes, (job.ended_at - job.submitted_at) / SECOND, job.n)
    return JobStatus(
        job_id=job.id,
        state=job.state,
        progress=Progress(job.done, job.chunks),
        result=result,
        error=job.error or None,
        message=(nobody or _checking(job)) if job.ended_at is None else None,
    )


def _checking(job: Job) -> str | None:
    return _CHECKING if job.done == job.chunks else None


HANDLERS = (count_primes, read_job, list_jobs, cancel_job)
