"""Tasks as a context: which decision answers which command."""

from collections.abc import Iterable

from core.bigint import abbreviate
from core.deciding import Asking, Context, Decision
from core.events.envelope import NewEvent
from core.leases import decide as leases
from core.leases import holding
from core.leases.ending import ends_in_time
from core.leases.events import LeaseEnded
from core.refusals import BadInput, Busy, Unknown
from core.steering.events import Resumed
from core.tasks.answers import ANSWERS, FinishAnswer, NoTasks, answer
from core.tasks.checking import may_be
from core.tasks.commands import EndTasks, ExpireTasks, FinishTask, RenewTasks, SubmitTask, TakeTasks
from core.tasks.events import FACTS, TaskFinished, TasksTaken, TaskSubmitted
from core.tasks.operations import accept, is_slow, result_in_words, well_formed
from core.tasks.state import Task, TasksState
from core.wording import shortened

CONTEXT = "tasks"
MOST_AT_ONCE = 500
MAX_ERROR = 500
SLOW_SECONDS = 25
"""How long a slow task may take a worker."""
_BATCH_DIGITS = 200_000
"""About how many digits a batch holds, so that nobody is handed megabytes."""


def stream_of(task: str) -> str:
    """Return the stream in which a task's events stand."""
    return f"task-{task}"


def submit(command: SubmitTask, _: Asking, state: TasksState) -> Decision:
    """Take a task, unless too many wait."""
    args = accept(command.operation, command.args)
    waiting = state.waiting_count()
    if waiting >= command.most_waiting:
        raise Busy(f"{waiting} tasks wait already, and no more than {command.most_waiting} may; try again later.")
    submitted = TaskSubmitted(task=command.task, operation=command.operation, args=args, node=command.node)
    return [NewEvent(stream_of(command.task), submitted)]


def take(command: TakeTasks, asking: Asking, state: TasksState) -> Decision:
    """Give a client the tasks that have waited longest."""
    if not 1 <= command.limit <= MOST_AT_ONCE:
        raise BadInput(f"limit is {command.limit}; a whole number from 1 to {MOST_AT_ONCE} is accepted.")
    may_be_slow = ends_in_time(SLOW_SECONDS, command.lives_seconds)
    batch = _batch(
        task for task in state.waiting(command.limit) if may_be_slow or not is_slow(task.operation, task.args)
    )
    if not batch:
        return NoTasks(message="No task waits to be computed; submit some, or ask again later.")
    taken = TasksTaken(work=command.work, client=asking.client, tasks=tuple(batch))
    stream = leases.stream_of(command.work)
    grant = leases.grant(command.work, CONTEXT, stream, asking.client, command.lease_seconds, asking.now)
    return [NewEvent(stream, taken), NewEvent(grant.stream, grant.fact, within=0)]


def _batch(waiting: Iterable[Task]) -> list[str]:
    """Choose what goes together: at most one slow task, so that others can take the next, and not too many digits."""
    batch: list[str] = []
    digits, slow = 0, False
    for task in waiting:
        digits += sum(map(len, task.args))
        if batch and digits > _BATCH_DIGITS:
            break
        if is_slow(task.operation, task.args):
            if slow:
                break
            slow = True
        batch.append(task.id)
    return batch


def finish(command: FinishTask, asking: Asking, state: TasksState) -> Decision:
    """Record what came of a task, whoever computed it; what comes after the first does not count."""
    task = state.task(command.task)
    if task is None:
        raise Unknown(f"There is no task {shortened(command.task)!r}.")
    _check(command, task)
    if task.status in {"completed", "failed"}:
        return FinishAnswer(task=task.id, known=True)
    if command.result and not may_be(task.operation, task.args, command.result):
        asked = f"{task.operation}({', '.join(map(abbreviate, task.args))})"
        raise BadInput(f"result is {shortened(command.result)!r}, and {asked} is not; what it comes to is accepted.")
    finished = TaskFinished(task=task.id, client=asking.client, result=command.result, error=command.error)
    events = [NewEvent(stream_of(task.id), finished, cause=task.position)]
    if task.status == "held" and state.unfinished_under(task.work) == 1:
        lease = state.lease(task.work)
        events += leases.end(lease, CONTEXT, "completed") if lease else []
    return events


def _check(command: FinishTask, task: Task) -> None:
    if bool(command.result) == bool(command.error):
        raise BadInput("A finished task has either a result or an error; one of the two is accepted.")
    if len(command.error) > MAX_ERROR:
        raise BadInput(f"error has {len(command.error)} characters; at most {MAX_ERROR} are accepted.")
    if command.result and not well_formed(task.operation, command.result):
        raise BadInput(
            f"result is {shortened(command.result)!r}; {result_in_words(task.operation)} is accepted for {task.operation}."
        )


TASKS = Context(
    name=CONTEXT,
    facts=FACTS,
    decisions={
        FinishTask: finish,
        SubmitTask: submit,
        TakeTasks: take,
        **dict.fromkeys((RenewTasks, EndTasks, ExpireTasks), holding.decide),
    },
    answer=answer,
    answers=ANSWERS,
    expire=lambda lease: ExpireTasks(lease=lease),
    openings=frozenset({TaskSubmitted.type, LeaseEnded.type, Resumed.type}),
)
