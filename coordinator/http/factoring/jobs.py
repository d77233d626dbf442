"""Jobs: work that is taken at once to be done without a network, and seeing what is handed in of it."""

import math
from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid5

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from coordinator.http.caller import AnyRequest, caller_of, needs
from coordinator.http.commanding import Wish, fresh_uuid, idempotency_key, perform_wishes
from coordinator.http.responses.problems import may_answer
from coordinator.http.workers.versions import check_version
from coordinator.node import Node
from coordinator.operations import job_files
from coordinator.operations.people import users_of
from coordinator.setup.settings import Settings
from coordinator.time.wallclock import now
from coordinator.writer.outcome import Outcome
from core.deciding import Nothing
from core.factoring.answers.shapes import WorkAnswer
from core.factoring.commands.assignment import RequestWork
from core.factoring.formats.jobfile import read_job_file
from core.factoring.state.numbers import Wanted
from core.refusals import BadInput, Conflict
from core.timestamps import to_iso
from core.wording import shortened
from projections.clients.state import number_named

_NAMES = UUID("8c2f6c0e-7b0f-4f52-9c6b-0b6f6c1d9a11")
_AT_ONCE = 100
_UNTIMED = "No curves of {!r} were timed here yet: that is at the speed of a core of 2020."
_PIECES = 4
"""An assignment fills at most one part in so many of a job's time, so that all processes end at about the same time."""


class Taking(msgspec.Struct, frozen=True):
    """Work for so many processes and so many hours, for a client."""

    client_id: Annotated[str, Meta(min_length=1, max_length=128)]
    hours: Annotated[float, Meta(gt=0, le=8_760)]
    processes: Annotated[int, Meta(ge=1, le=100_000)]


class TakenJob(msgspec.Struct, frozen=True):
    """A job.

    Attributes:
        job: its id.
        assignments: how many there are.
        curves: in all of them.
        cpu_seconds: that they take, about.
        ends_at: ISO 8601; until when nobody else is given them.
        message: in words.
        file: the job file, to be kept as it is; null when there is no work.
    """

    job: str
    assignments: int
    curves: int
    cpu_seconds: float
    ends_at: str
    message: str
    file: str | None


class HandingIn(msgspec.Struct, frozen=True):
    """A job file, as it was taken, and by what name who hands it in goes."""

    file: str


class AssignmentOfJob(msgspec.Struct, frozen=True):
    """How an assignment of a job stands: `live`, or how it ended; with the curves that were handed in under it."""

    work_id: str
    status: str
    curves: int
    curves_completed: int


class JobStanding(msgspec.Struct, frozen=True):
    """How a job stands: whether its time is over, and each of its assignments."""

    job: str
    over: bool
    message: str
    assignments: list[AssignmentOfJob]


@post(
    "/work/jobs",
    status_code=200,
    guards=[needs("work")],
    summary="Take work that is done without a network",
    responses=may_answer(400, 403, 409, 415, 429, 503),
)
async def take_job(
    request: AnyRequest, node: NamedDependency[Node], settings: NamedDependency[Settings], data: JSONBody[Taking]
) -> Response[TakenJob]:
    """Be assigned so much work as fills the processes for these hours, in one signed file; with Idempotency-Key once.

    Each assignment is held as long as the job lasts. `tallystick work --from` runs it anywhere, and `tallystick hand-in`
    delivers its results.
    """
    check_version(request)
    if data.hours > settings.longest_job_hours:
        raise BadInput(
            f"A job of {data.hours:g} hours is too long; up to {settings.longest_job_hours} hours are handed out here."
        )
    seconds = max(int(timedelta(hours=data.hours).total_seconds()), 1)
    job = str(
        uuid5(_NAMES, f"{caller_of(request).actor} {data.client_id} {idempotency_key(request) or fresh_uuid(request)}")
    )
    taken, why = await _take(request, node, settings, data, job, seconds)
    ends = min((answer.expires_at for answer in taken), default=now())
    if taken and ends <= now():
        raise Conflict(f"The job {job} was taken before, and its time is over; take another.")
    users = await users_of(node, caller_of(request).actor, data.client_id)
    file = await job_files.job_file(node, job, data.client_id, users, taken, ends) if taken else None
    speed = await _speed(node, data.client_id)
    message = why or "There is as much as was asked for."
    if taken and speed is None:
        message = f"{message} {_UNTIMED.format(shortened(data.client_id))}"
    return Response(
        TakenJob(
            job=job,
            assignments=len(taken),
            curves=sum(answer.curves for answer in taken),
            cpu_seconds=sum(job_files.seconds_of(answer, speed) for answer in taken),
            ends_at=to_iso(ends),
            message=message,
            file=None if file is None else file.decode(),
        )
    )


async def _take(
    request: AnyRequest, node: Node, settings: Settings, data: Taking, job: str, seconds: int
) -> tuple[list[WorkAnswer], str]:
    """Ask for assignments until they fill the job; return them, and why there are no more."""
    taken: list[WorkAnswer] = []
    wanted, got, digits = float(seconds * data.processes), 0.0, 0
    speed = await _speed(node, data.client_id)
    while got < wanted:
        if len(taken) >= job_files.MOST_ASSIGNMENTS or digits >= job_files.MOST_DIGITS:
            return taken, f"More than {len(taken)} assignments do not fit into one job; take another beside it."
        many = min(math.ceil((wanted - got) * len(taken) / got), _AT_ONCE) if got else min(data.processes, _AT_ONCE)
        wishes = [_wish(data, job, len(taken) + offset, seconds, settings) for offset in range(max(many, 1))]
        for result in await perform_wishes(request, wishes):
            if not isinstance(result, Outcome):
                raise result
            if isinstance(result.answer, Nothing):
                return taken, result.answer.message
            taken.append(result.answer)
            got += job_files.seconds_of(result.answer, speed)
            digits += result.answer.digits
    return taken, ""


def _wish(data: Taking, job: str, index: int, seconds: int, settings: Settings) -> Wish[WorkAnswer | Nothing]:
    command = RequestWork(
        work=str(uuid5(_NAMES, f"{job} {index}")),
        wanted=Wanted(strategy="yield"),
        lease_seconds=seconds,
        work_seconds=max(seconds // _PIECES, min(seconds, settings.work_seconds)),
        cores=1,
        lives_seconds=seconds,
        unmeasured=True,
    )
    return Wish(command=command, client=data.client_id, key=f"{job}.{index}", content=f"{data.hours} {index}".encode())


async def _speed(node: Node, client: str) -> float | None:
    number: int | None = await node.readers["clients"].query(number_named, client)
    return await job_files.speed_of(node, number or 0)


@post(
    "/work/jobs/standing",
    status_code=200,
    guards=[needs("work")],
    summary="See how a job stands before handing it in",
    responses=may_answer(400, 403, 415, 503),
)
async def see_job(request: AnyRequest, node: NamedDependency[Node], data: JSONBody[HandingIn]) -> JobStanding:
    """Say of each assignment of a job how it stands, unless the file was changed, or is another log's or somebody else's.

    Its results are handed in as any others. Those of a job whose time is over count all the same.
    """
    file = read_job_file(data.file.encode(), "What was sent")
    job_files.check_job(node, file, await users_of(node, caller_of(request).actor, file.job.client_id))
    held = await node.readers["factoring"].query(job_files.standing_of, file.job)
    over = file.job.ends <= now()
    return JobStanding(
        job=file.job.job,
        over=over,
        message=f"The time of this job was over at {file.job.ends_at}: what was not done by then went to others, and what"
        " was done counts."
        if over
        else f"The job is held until {file.job.ends_at}.",
        assignments=[
            AssignmentOfJob(
                one.assignment.work, one.lease.outcome or "live", one.assignment.curves, one.assignment.completed
            )
            for one in held
        ],
    )


HANDLERS = (take_job, see_job)
