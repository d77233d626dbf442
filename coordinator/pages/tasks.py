"""Small arithmetic tasks: the form, the list, and a page for each with who took, computed and answers for it."""

import re
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from msgspec import Struct

from coordinator.clients.names import client_names
from coordinator.http.responses.tables import Table, Whole
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.pages.contributing.contribution import OTHER, Cause, Contribution, Hit, Queue
from coordinator.pages.forms.posting import Form, Sent
from coordinator.pages.rendering.navigation import Section
from coordinator.pages.rendering.site import Address, Page
from coordinator.pages.serving.asking import position_of, state_of, uuid_of
from core.refusals import BadInput, Unknown
from core.tasks import events as facts
from core.tasks.commands import SubmitTask
from core.tasks.numbers import MAX_DIGITS
from core.tasks.operations import LONGEST_FACTOR, LONGEST_NEXT_PRIME, OPERATIONS
from core.tasks.state import Task, TaskStatus
from core.wording import shortened
from projections.tasks.state import newest_tasks
from projections.tasks.table import failures, held_count, task_of, waiting_count

_SIZE = 50
_CAUSES = 10
_LOOKED_AT = 20_000
_BETWEEN = re.compile(r"[\s,;]+")
_STATUSES = {"waiting": "PENDING", "held": "PROCESSING", "completed": "COMPLETED", "failed": "FAILED"}
_VERDICTS = {"true": "yes", "false": "no"}
_FACTOR = re.compile(r"\[([0-9]+),([0-9]+)\]")


class Shown(Struct, frozen=True):
    """A task with the name of who has or had it, empty for nobody."""

    task: Task
    handler: str

    @property
    def value(self) -> str:
        """The result in words: a number, yes or no, or primes with their exponents."""
        result = self.task.result
        if result in _VERDICTS:
            return _VERDICTS[result]
        factors = _FACTOR.findall(result) if self.task.operation == "factor" else []
        return " · ".join(p if times == "1" else f"{p}^{times}" for p, times in factors) or result


class TaskRow(Struct, frozen=True):
    """A task; its numbers stand with blanks between, `result` is JSON."""

    task_id: str
    operation: str
    args: str
    status: str
    result: str | None
    error: str | None
    initiated_by: str
    handled_by: str | None


async def tasks(node: Node, address: Address) -> dict[str, Any]:
    """Return the newest tasks that the address asks for."""
    status = state_of(address, get_args(TaskStatus), "status")
    before = position_of(address, "before")
    reader = node.readers["tasks"]
    known = await client_names(node.readers["clients"])
    found = [_shown(task, known) for task in await reader.query(newest_tasks, status, before, _SIZE)]

    def rows(connection: sqlite3.Connection) -> Iterator[TaskRow]:
        last = before
        while read := newest_tasks(connection, status, last, _SIZE):
            yield from (_row(_shown(task, known)) for task in read)
            last = read[-1].position

    whole = Whole(TaskRow, reader, rows)
    following = {"before": found[-1].task.position} if len(found) == _SIZE else {}
    return {
        "tasks": found,
        "size": _SIZE,
        "status": status,
        "before": before,
        "statuses": get_args(TaskStatus),
        "waiting": await reader.query(waiting_count),
        "operations": OPERATIONS,
        "longest": {"any": MAX_DIGITS, "next_prime": LONGEST_NEXT_PRIME, "factor": LONGEST_FACTOR},
        "own_address": address.origin,
        "tables": (Table("tasks", TaskRow, map(_row, found), whole=whole, following=following),),
    }


async def task(node: Node, address: Address) -> dict[str, Any]:
    """Return one task.

    Raises:
        Unknown: there is no such task.
    """
    identity = address.values["task"]
    found = await node.readers["tasks"].query(task_of, identity)
    if found is None:
        raise Unknown(f"There is no task {shortened(identity)!r}.")
    shown = _shown(found, await client_names(node.readers["clients"]))
    takes = OPERATIONS[found.operation].takes
    return {
        "shown": shown,
        "task": found,
        "numbers": list(zip(takes, found.args, strict=True)),
        "tables": (Table("task", TaskRow, map(_row, (shown,))),),
    }


def _shown(task: Task, known: Mapping[int, str]) -> Shown:
    return Shown(task, known.get(task.client, f"client-{task.client}") if task.client else "")


def _row(one: Shown) -> TaskRow:
    task = one.task
    return TaskRow(
        task_id=task.id,
        operation=task.operation,
        args=" ".join(task.args),
        status=_STATUSES[task.status],
        result=task.result or None,
        error=task.error or None,
        initiated_by=task.node,
        handled_by=one.handler or None,
    )


async def submit_from_form(sent: Sent) -> str:
    """Take a task from the form, and go to its page.

    Raises:
        BadInput: there are no numbers in it.
    """
    numbers = tuple(part for part in _BETWEEN.split(sent.fields.get("args", "")) if part)
    if not numbers:
        raise BadInput("There are no numbers; those that the operation takes are accepted, with blanks between.")
    settings = shared_of(sent.request).settings
    command = SubmitTask(
        task=str(uuid.uuid4()),
        operation=sent.fields.get("operation", ""),
        args=numbers,
        node=settings.node_name,
        most_waiting=settings.max_waiting_tasks,
    )
    outcome = await sent.perform(command)
    return f"/tasks/{outcome.answer.task}"


async def _search(node: Node, text: str) -> list[Hit]:
    found = await node.readers["tasks"].query(task_of, uuid_of(text)) if uuid_of(text) else None
    return [Hit("task", found.operation, f"/tasks/{found.id}", found.status)] if found else []


async def _queues(node: Node) -> list[Queue]:
    reader = node.readers["tasks"]
    waiting, held = await reader.query(waiting_count), await reader.query(held_count)
    return [Queue("tasks", waiting, held, "/tasks?status=waiting")]


async def _causes(node: Node) -> list[Cause]:
    lately = await node.readers["tasks"].query(failures, _LOOKED_AT, _CAUSES)
    return [Cause("tasks", cause, times, "/tasks?status=failed") for cause, times in lately]


TASKS = Contribution(
    context="tasks",
    sections=(Section("/tasks", "Tasks", "t", OTHER),),
    pages=(
        Page("/tasks", "tasks/tasks.html", tasks, "/tasks"),
        Page("/tasks/{task}", "tasks/task.html", task, "/tasks"),
    ),
    forms=(Form("/tasks", "/tasks", submit_from_form, "submit"),),
    sentences={
        facts.TaskSubmitted: '<a href="/tasks/{task}">{operation}</a> was asked for',
        facts.TaskFinished: '{client} ended <a href="/tasks/{task}">a task</a>',
    },
    books={facts.TasksTaken: "{client} took tasks"},
    search=_search,
    queues=_queues,
    causes=_causes,
)
