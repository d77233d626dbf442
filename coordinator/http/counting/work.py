"""Routes for workers that count: asking for work, and reporting it."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec import Meta

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.leases import LeaseSeconds, Lives, handed_out, held_for, lease_routes, perform_when_open
from coordinator.http.places import AT_DESK
from coordinator.http.requests.parameters import Client, CpuSeconds, Wait
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from coordinator.setup.settings import Settings
from coordinator.time.wallclock import now
from core.counting.answers import ChunkAnswer, CountAnswer, JobAnswer
from core.counting.commands import EndChunk, RenewChunk, ReportCount, ReportFailure, RequestChunk
from core.deciding import Command
from core.refusals import BadInput
from core.timestamps import SECOND, lately, to_iso

_FINDING_BACK = 10 * SECOND


class ChunkWork(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk to count: pi(a - 1) and pi(b) are wanted. Nulls, and the reason, when there is none.

    Attributes:
        job_id: the job.
        chunk: which of its chunks; beyond their number it is a check.
        a: its first number.
        b: its last number.
        lease: by which it is held.
        lease_seconds: how long, without a sign of life.
        expires_at: ISO 8601.
        check: whether another one counted up to `b`. Then pi(b) should be pi(a - 1) and the primes that a sieve finds from
            `a` to `b`.
        message: in words.
    """

    job_id: str | None = None
    chunk: int | None = None
    a: int | None = None
    b: int | None = None
    lease: str | None = None
    lease_seconds: int | None = None
    expires_at: str | None = None
    check: bool = False
    message: str


class CountedChunk(msgspec.Struct, frozen=True, kw_only=True):
    """pi at both ends of a chunk, or the reason why nobody can count it."""

    client_id: Annotated[str, Meta(min_length=1, max_length=128)]
    job_id: str
    chunk: int
    pi_before: int | None = None
    pi_last: int | None = None
    cpu_seconds: CpuSeconds | None = None
    sieved: bool = False
    error: str | None = None


class ReportedChunk(msgspec.Struct, frozen=True):
    """The result for a report.

    Attributes:
        job_id: the job.
        chunk: the chunk.
        status: `counted`, `checked` (a check that agrees), `unconfirmed` (its sender did not hold the chunk, which is leased once more), `known` (it
            adds nothing) or `failed` (it failed the job).
        state: of the job.
    """

    job_id: str
    chunk: int
    status: str
    state: str


@get("/work", opt=AT_DESK, guards=[needs("work")], summary="Ask for a chunk to count", responses=may_answer(400, 503))
async def request_chunk(
    request: AnyRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    client_id: FromQuery[Client],
    wait: FromQuery[Wait] = 0,
    lease_seconds: FromQuery[LeaseSeconds] = None,
    lives_seconds: FromQuery[Lives] = 0,
) -> Response[ChunkWork]:
    """Be given a chunk; with `wait`, as soon as there is one. It is taken back unless progress is reported.

    When every chunk of a job is counted whose count is not known from elsewhere, somebody else is given a stretch of it to
    sieve, so that the count is checked by another worker and by another method.
    """
    command = RequestChunk(
        work=fresh_uuid(request),
        lease_seconds=held_for(lease_seconds, settings),
        alone=_alone(node, client_id),
        lives_seconds=lives_seconds,
    )
    outcome = await perform_when_open(request, command, client=client_id, wait=wait)
    return handed_out(outcome, ChunkWork, _work)


def _alone(node: Node, client: str) -> bool:
    """Tell whether nobody else counts here. Just after a start nobody can tell: workers have yet to find back."""
    moment = now()
    return not lately(node.started_at, moment, _FINDING_BACK) and not node.presence.works_beside(
        client, "counting", moment
    )


def _work(answer: ChunkAnswer) -> ChunkWork:
    return ChunkWork(
        job_id=answer.job,
        chunk=answer.chunk,
        a=answer.a,
        b=answer.b,
        lease=answer.work,
        lease_seconds=answer.lease_seconds,
        expires_at=to_iso(answer.expires_at),
        check=answer.check,
        message=f"{'Sieve' if answer.check else 'Count'} the primes from {answer.a} to {answer.b}.",
    )


@post(
    "/results",
    status_code=200,
    guards=[needs("work")],
    opt=AT_DESK,
    summary="Hand in a counted chunk",
    responses=may_answer(400, 403, 404, 409, 415, 503),
)
async def report_chunk(request: AnyRequest, data: JSONBody[CountedChunk]) -> Response[ReportedChunk]:
    """Record a count; when this answers, it is on disk.

    Two counts of the same primes that differ fail the job, which then names both.
    """
    outcome = await perform(request, _command(data), client=data.client_id)
    answer = outcome.answer
    if isinstance(answer, JobAnswer):
        return answered(outcome, ReportedChunk(answer.job, data.chunk, "failed", answer.state))
    return answered(outcome, ReportedChunk(answer.job, answer.chunk, answer.standing, answer.state))


def _command(data: CountedChunk) -> Command[CountAnswer | JobAnswer]:
    if data.pi_before is not None and data.pi_last is not None and data.error is None:
        return ReportCount(
            job=data.job_id,
            chunk=data.chunk,
            before=data.pi_before,
            last=data.pi_last,
            cpu_milliseconds=round((data.cpu_seconds or 0) * 1000),
            sieved=data.sieved,
        )
    if data.error is not None and data.pi_before is None and data.pi_last is None:
        return ReportFailure(job=data.job_id, chunk=data.chunk, error=data.error)
    raise BadInput("The report is neither a count nor a failure; pi_before and pi_last, or error alone, is accepted.")


HANDLERS = (request_chunk, *lease_routes(RenewChunk, EndChunk), report_chunk)
