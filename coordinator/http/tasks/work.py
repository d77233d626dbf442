"""Routes for workers that compute tasks: asking for work, and reporting it."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from msgspec import Meta

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import Wish, fresh_uuid, perform_wishes
from coordinator.http.leases import LeaseSeconds, Lives, handed_out, held_for, lease_routes, perform_when_open
from coordinator.http.places import AT_DESK
from coordinator.http.requests.parameters import Client, Wait
from coordinator.http.requests.reading import JSONRequest
from coordinator.http.responses.problems import may_answer
from coordinator.http.tasks.numerals import NOT_SENT, result_text
from coordinator.setup.settings import Settings
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome, Result
from core.refusals import Forbidden, Refusal
from core.tasks.answers import FinishAnswer, TasksAnswer
from core.tasks.commands import EndTasks, FinishTask, RenewTasks, TakeTasks
from core.tasks.decide import MOST_AT_ONCE
from core.timestamps import to_iso
from core.wording import count_of

Limit = Annotated[int, QueryParameter(ge=1, le=MOST_AT_ONCE, description="How many tasks to take, at most.")]


class TaskToDo(msgspec.Struct, frozen=True):
    """Something to compute; the numbers are in decimal."""

    task_id: str
    operation: str
    args: tuple[str, ...]


class TaskWork(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks to compute under one lease; none, nulls and the reason, when there are none."""

    lease: str | None = None
    lease_seconds: int | None = None
    expires_at: str | None = None
    tasks: list[TaskToDo] = []
    message: str


class FinishedTask(msgspec.Struct, frozen=True):
    """The end of a task: a result, or the reason why there is none."""

    task_id: str
    result: msgspec.Raw = NOT_SENT
    error: str | None = None


class FinishedTasks(msgspec.Struct, frozen=True):
    """The end of several tasks."""

    client_id: Annotated[str, Meta(min_length=1, max_length=128)]
    results: Annotated[list[FinishedTask], Meta(max_length=MOST_AT_ONCE)]


class FinishedTaskBody(msgspec.Struct, frozen=True):
    """The end of a task: a result as the operation gives it, or the reason why there is none."""

    task_id: str
    result: str | int | float | bool | list[list[int]] | None = None
    error: str | None = None


class FinishedTasksBody(msgspec.Struct, frozen=True):
    """The end of several tasks."""

    client_id: Annotated[str, Meta(min_length=1, max_length=128)]
    results: Annotated[list[FinishedTaskBody], Meta(max_length=MOST_AT_ONCE)]


class ReportedTask(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result for one report; `duplicate` when the task was finished before, and this result does not count."""

    task_id: str
    status: Literal["accepted", "duplicate", "refused"]
    error: str | None = None


class ReportedTasks(msgspec.Struct, frozen=True):
    """The result for the reports, in the order in which they were sent."""

    results: list[ReportedTask]


@get("/work", opt=AT_DESK, guards=[needs("work")], summary="Ask for tasks to compute", responses=may_answer(400, 503))
async def request_tasks(
    request: AnyRequest,
    settings: NamedDependency[Settings],
    client_id: FromQuery[Client],
    limit: FromQuery[Limit] = 100,
    wait: FromQuery[Wait] = 0,
    lease_seconds: FromQuery[LeaseSeconds] = None,
    lives_seconds: FromQuery[Lives] = 0,
) -> Response[TaskWork]:
    """Be given tasks, at most one of them slow; with `wait`, as soon as there are any.

    They are taken back unless progress is reported. With a Valkey server, workers had better take their tasks there.
    """
    seconds = held_for(lease_seconds, settings)
    command = TakeTasks(work=fresh_uuid(request), limit=limit, lease_seconds=seconds, lives_seconds=lives_seconds)
    outcome = await perform_when_open(request, command, client=client_id, wait=wait)
    return handed_out(outcome, TaskWork, _work)


def _work(answer: TasksAnswer) -> TaskWork:
    return TaskWork(
        lease=answer.work,
        lease_seconds=answer.lease_seconds,
        expires_at=to_iso(answer.expires_at),
        tasks=[TaskToDo(task.id, task.operation, task.args) for task in answer.tasks],
        message=f"{count_of(len(answer.tasks), 'task')}.",
    )


@post(
    "/results",
    status_code=200,
    guards=[needs("work")],
    opt=AT_DESK,
    summary="Hand in what came of tasks",
    responses=may_answer(400, 415, 503),
)
async def report_tasks(request: JSONRequest) -> ReportedTasks:
    """Record results, whoever took the tasks; when this answers, they are on disk. The first of a task counts."""
    data = await request.exact(FinishedTasks)
    wishes = [
        Wish(command=command_of(item.task_id, item.result, item.error), client=data.client_id) for item in data.results
    ]
    outcomes = await perform_wishes(request, wishes) if wishes else []
    pairs = zip(data.results, outcomes, strict=True)
    return ReportedTasks([_reported(item.task_id, outcome) for item, outcome in pairs])


def command_of(task: str, result: msgspec.Raw, error: str | None) -> FinishTask:
    """Read what came of a task."""
    return FinishTask(task=task, result=result_text(result), error=error or "")


def _reported(task: str, result: Result[FinishAnswer]) -> ReportedTask:
    if isinstance(result, Outcome):
        return ReportedTask(task, "duplicate" if result.answer.known else "accepted")
    if isinstance(result, Forbidden):  # the name is not the caller's, for all of them
        raise result
    if isinstance(result, Refusal):
        return ReportedTask(task, "refused", result.sentence)
    # Nothing says which of the others were recorded; what is sent again is then found to be known.
    raise result if isinstance(result, Unavailable) else RuntimeError("A report could not be recorded.") from result


BODIES: dict[str, Any] = {"report_tasks": FinishedTasksBody}
HANDLERS = (request_tasks, *lease_routes(RenewTasks, EndTasks), report_tasks)
