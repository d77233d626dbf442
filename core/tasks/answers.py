"""Answers to commands about tasks."""

from collections.abc import Sequence

from msgspec import Struct, field

from core.deciding import Answer, Nothing
from core.events.envelope import Event
from core.leases.answers import LeaseAnswer, lease_answer
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from core.tasks.events import TaskFinished, TasksTaken, TaskSubmitted
from core.tasks.state import TasksState


class TaskAnswer(Answer, frozen=True, tag="task"):
    """A task was taken, by which node."""

    task: str
    node: str


class TakenTask(Struct, frozen=True, gc=False):
    """Something to compute."""

    id: str = field(name="task")
    operation: str
    args: tuple[str, ...]


class TasksAnswer(Answer, frozen=True, tag="tasks"):
    """Tasks were given to the client."""

    work: str
    tasks: tuple[TakenTask, ...]
    lease_seconds: int
    expires_at: int


class NoTasks(Nothing, frozen=True, tag="no-tasks"):
    """There is nothing to compute, and why."""


class FinishAnswer(Answer, frozen=True, tag="finish"):
    """A result was recorded; `known` when the task was finished before, and this one does not count."""

    task: str
    known: bool


ANSWERS = (TaskAnswer, TasksAnswer, NoTasks, FinishAnswer, LeaseAnswer)


def answer(events: Sequence[Event], state: TasksState) -> Answer:
    """Render the answer to a command from its events and the state just after them."""
    facts = [event.fact for event in events]
    for fact in facts:
        match fact:
            case TaskFinished():
                return FinishAnswer(task=fact.task, known=False)
            case TaskSubmitted():
                return TaskAnswer(task=fact.task, node=fact.node)
            case TasksTaken():
                return _taken(fact, next(f for f in facts if isinstance(f, LeaseGranted)), state)
            case LeaseRenewed(lease=lease) | LeaseEnded(lease=lease):
                return lease_answer(lease, state)
    raise AssertionError(f"no answer is known for {[type(fact).__name__ for fact in facts]}")


def _taken(fact: TasksTaken, lease: LeaseGranted, state: TasksState) -> TasksAnswer:
    return TasksAnswer(
        work=fact.work,
        tasks=tuple(TakenTask(task.id, task.operation, task.args) for task in state.tasks(fact.tasks)),
        lease_seconds=lease.seconds,
        expires_at=lease.expires_at,
    )
