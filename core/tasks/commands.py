"""Commands of tasks."""

from core.deciding import Command, Kind, Nothing
from core.leases.commands import EndLease, ExpireLease, RenewLease
from core.tasks.answers import FinishAnswer, TaskAnswer, TasksAnswer


class SubmitTask(Command[TaskAnswer], frozen=True):
    """Have something computed.

    Attributes:
        task: a fresh UUID.
        operation: what.
        args: of which numbers, as they were written.
        node: the coordinator that takes it.
        most_waiting: how many tasks may wait, this one included.
    """

    context = "tasks"
    task: str
    operation: str
    args: tuple[str, ...]
    node: str
    most_waiting: int


class TakeTasks(Command[TasksAnswer | Nothing], frozen=True):
    """Be given tasks to compute.

    Attributes:
        work: a fresh UUID, the id of the lease if there is one.
        limit: how many, at most.
        lease_seconds: how long to hold them without a sign of life.
        lives_seconds: slow ones are not given to who lives no longer than they may take; 0 when nobody knows.
    """

    context = "tasks"
    hands_out = Kind("tasks", "tasks", doing="computes tasks")
    work: str
    limit: int
    lease_seconds: int
    lives_seconds: int = 0


class FinishTask(Command[FinishAnswer], frozen=True):
    """A task was computed (`result` is JSON), or can't be (`error` says why); the other is empty."""

    context = "tasks"
    task: str
    result: str
    error: str


class RenewTasks(RenewLease, frozen=True):
    """The holder of tasks is at work."""

    context = "tasks"


class EndTasks(EndLease, frozen=True):
    """The holder of tasks hands back what it has not computed."""

    context = "tasks"


class ExpireTasks(ExpireLease, frozen=True):
    """The time for tasks has run out."""

    context = "tasks"
