"""Adding at once, submitting tasks, and seeing what became of them."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from coordinator.http.browsers import shown_at
from coordinator.http.caller import PUBLIC, AnyRequest, needs
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.places import AT_OFFICE
from coordinator.http.requests.reading import JSONRequest
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.http.tasks.numerals import NOT_SENT, numeral
from coordinator.http.workers.attendance import unattended
from coordinator.node import Node
from coordinator.reactors.queue import TaskQueue
from coordinator.setup.settings import Settings
from core.clients.naming import stream_of
from core.refusals import BadInput, Unknown
from core.tasks.commands import SubmitTask
from core.tasks.operations import OPERATIONS, accept, add
from core.tasks.state import Task
from core.wording import shortened
from projections.clients.state import name_of
from projections.tasks.table import task_of

Addend = Annotated[str | None, QueryParameter(description="A whole or decimal number of up to 10,000 digits.")]
Operation = Annotated[
    str | None, QueryParameter(description="What to do with a and b, where there is no body; usually `add`.")
]
_NO_NUMBERS = (
    f"The task has no numbers; a and b to add, or an operation ({', '.join(OPERATIONS)}) and its args, are accepted."
)


class Sum(msgspec.Struct, frozen=True):
    """The exact sum, as a JSON number of any length, and the node that added; `sum` is `result` by its older name."""

    result: msgspec.Raw
    sum: msgspec.Raw
    handled_by: str


class NewTask(msgspec.Struct, frozen=True):
    """A task: an operation and its numbers, or just `a` and `b` to add; numbers may come as text."""

    operation: str = "add"
    args: list[msgspec.Raw] | None = None
    a: msgspec.Raw = NOT_SENT
    b: msgspec.Raw = NOT_SENT


class TaskBody(msgspec.Struct, frozen=True):
    """A task: an operation and its numbers, or just `a` and `b` to add; numbers may come as text."""

    operation: Literal["add", "multiply", "pow_mod", "gcd", "is_prime", "next_prime", "factor"] = "add"
    args: list[str | int | float] | None = None
    a: str | int | float | None = None
    b: str | int | float | None = None


class SubmittedTask(msgspec.Struct, frozen=True, omit_defaults=True):
    """A task was taken, by which node; a message says that nobody is here to compute it, when that is so.

    `handled_by` is `initiated_by` by its older name.
    """

    task_id: str
    status: str
    initiated_by: str
    handled_by: str
    message: str | None = None


class TaskState(msgspec.Struct, frozen=True, omit_defaults=True):
    """A task as it stands.

    Attributes:
        task_id: its id.
        status: `PROCESSING` while a worker has it in its hands.
        result: a number, true or false, or for `factor` a list of [prime, exponent]; exact, however long; null while
            there is none.
        error: why there is none.
        initiated_by: the node that took the task.
        checked_by: the node that answers this request.
        handled_by: the worker that has it or finished it.
        message: that nobody is here to compute it, when that is so.
    """

    task_id: str
    status: Literal["PENDING", "PROCESSING", "COMPLETED", "FAILED"]
    result: msgspec.Raw
    error: str | None
    initiated_by: str
    checked_by: str
    handled_by: str | None
    message: str | None = None


class Identity(msgspec.Struct, frozen=True):
    """The node that answers."""

    container_id: str


@get("/add", guards=[needs("read")], summary="Add two numbers at once", responses=may_answer(400))
async def add_at_once(
    settings: NamedDependency[Settings],
    a: Addend = None,
    b: Addend = None,
    num1: Addend = None,
    num2: Addend = None,
) -> Sum:
    """Return the exact sum of `a` and `b`, or of `num1` and `num2`."""
    first, second = a if a is not None else num1, b if b is not None else num2
    if first is None or second is None:
        missing = "a (or num1)" if first is None else "b (or num2)"
        raise BadInput(f"The query parameter {missing} is missing; a whole or decimal number is required.")
    result = msgspec.Raw(add(accept("add", (first, second))).encode())
    return Sum(result, result, settings.node_name)


@post(
    "/task",
    status_code=202,
    guards=[needs("submit")],
    summary="Have something computed",
    responses=may_answer(400, 415, 503),
)
async def submit_task(
    request: JSONRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    operation: Operation = None,
    a: Addend = None,
    b: Addend = None,
) -> Response[SubmittedTask]:
    """Take a task, from the body, or with two numbers from the query where there is no body; 503 when too many wait."""
    named, args = _read(await request.exact(NewTask)) if await request.body() else _asked(operation, a, b)
    command = SubmitTask(
        task=fresh_uuid(request),
        operation=named,
        args=args,
        node=settings.node_name,
        most_waiting=settings.max_waiting_tasks,
    )
    outcome = await perform(request, command)
    nobody = unattended(node, settings).get("tasks")
    taker = outcome.answer.node
    return answered(outcome, SubmittedTask(outcome.answer.task, "PENDING", taker, taker, nobody))


def _asked(operation: str | None, a: str | None, b: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the operation and its two numbers, as clients of the system replaced put them into the query."""
    if a is None or b is None:
        raise _lacking(a=a is not None, b=b is not None)
    return operation or "add", (a, b)


def _lacking(*, a: bool, b: bool) -> BadInput:
    """Say which of the two numbers was not sent."""
    if a or b:
        return BadInput(f"{'b' if a else 'a'} is missing; a whole or decimal number is required.")
    return BadInput(_NO_NUMBERS)


def _read(new: NewTask) -> tuple[str, tuple[str, ...]]:
    """Return the operation, and its numbers as they were written."""
    if new.args is not None:
        return new.operation, tuple(numeral(raw, f"args[{i}]") for i, raw in enumerate(new.args))
    if not (new.a and new.b):
        raise _lacking(a=bool(new.a), b=bool(new.b))
    return new.operation, (numeral(new.a, "a"), numeral(new.b, "b"))


@get(
    "/tasks/{task_id:str}/status",
    guards=[needs("read")],
    summary="See what became of a task",
    responses=may_answer(404),
    **shown_at("/tasks/{task_id}", **AT_OFFICE),
)
async def read_status(
    request: AnyRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    task_id: FromPath[str],
) -> TaskState:
    """Return how a task stands, and who took, has and answers for it."""
    task = await node.readers["tasks"].query(task_of, task_id)
    if task is None:
        raise Unknown(f"There is no task {shortened(task_id)!r}.")
    handled_by = await _handler(node, shared_of(request).find(TaskQueue), task)
    status = _status(task, handled_by)
    return TaskState(
        task_id=task.id,
        status=status,
        result=msgspec.Raw(task.result.encode() or b"null"),
        error=task.error or None,
        initiated_by=task.node,
        checked_by=settings.node_name,
        handled_by=handled_by,
        message=unattended(node, settings).get("tasks") if status == "PENDING" else None,
    )


def _status(task: Task, handled_by: str | None) -> Literal["PENDING", "PROCESSING", "COMPLETED", "FAILED"]:
    if task.status == "completed":
        return "COMPLETED"
    if task.status == "failed":
        return "FAILED"
    return "PROCESSING" if task.status == "held" or handled_by else "PENDING"


async def _handler(node: Node, queue: TaskQueue | None, task: Task) -> str | None:
    """Return who has or had the task; of one that waits, only Valkey may know."""
    if task.client:
        return await node.readers["clients"].query(name_of, task.client) or stream_of(task.client)
    return await queue.holder(task.id) if queue and task.status == "waiting" else None


@get("/whoami", guards=[PUBLIC], summary="Which node answers")
async def whoami(settings: NamedDependency[Settings]) -> Identity:
    """Return the node's name."""
    return Identity(settings.node_name)


HANDLERS = (add_at_once, submit_task, read_status, whoami)
