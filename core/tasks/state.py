"""The state that decisions about tasks need."""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct, field

from core.leases.decide import Lease

TaskStatus = Literal["waiting", "held", "completed", "failed"]


class Task(Struct, frozen=True, gc=False):
    """A task as it stands.

    Attributes:
        position: of the event that submitted it, by which tasks are worked off.
        id: its UUID.
        operation: what to compute.
        args: of which numbers.
        status: see `TaskStatus`; one that went to a worker by Valkey is `waiting` until it is finished.
        work: the lease under which it was taken last; empty when it never was.
        node: the coordinator that took it.
        client: who finished it, or holds it; 0 for nobody.
        result: JSON, empty when there is none.
        error: why it failed, empty when it did not.
    """

    position: int
    id: str = field(name="task")
    operation: str
    args: tuple[str, ...]
    status: TaskStatus
    work: str
    node: str
    client: int
    result: str
    error: str


class TasksState(Protocol):
    """Implemented by `projections.tasks.state`."""

    def task(self, task: str) -> Task | None:
        """Return a task by its UUID."""
        ...

    def tasks(self, tasks: Sequence[str]) -> list[Task]:
        """Return several tasks, in the order in which they are named."""
        ...

    def waiting(self, limit: int) -> list[Task]:
        """Return the tasks that have waited longest, the oldest first."""
        ...

    def waiting_count(self) -> int:
        """Return how many tasks wait."""
        ...

    def unfinished_under(self, work: str) -> int:
        """Return how many tasks that were taken under a lease are not finished."""
        ...

    def lease(self, lease: str) -> Lease | None:
        """Return a lease, live or ended."""
        ...
