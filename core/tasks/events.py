"""Facts about tasks."""

from core.events.fact import Fact


class TaskSubmitted(Fact, frozen=True):
    """Somebody wants something computed.

    Attributes:
        task: a UUID.
        operation: `add`, `factor`, …
        args: the numbers, in decimal.
        node: the coordinator that took it.
    """

    type = "tasks.submitted.v1"
    task: str
    operation: str
    args: tuple[str, ...]
    node: str


class TasksTaken(Fact, frozen=True):
    """A client was given tasks to compute.

    Attributes:
        work: a UUID, also the id of the lease.
        client: who is to.
        tasks: their UUIDs.
    """

    type = "tasks.taken.v1"
    work: str
    client: int
    tasks: tuple[str, ...]


class TaskFinished(Fact, frozen=True):
    """A task was computed, or can't be.

    Attributes:
        task: its UUID.
        client: who computed it.
        result: JSON; empty when there is none.
        error: why there is none, in a sentence; empty when there is one.
    """

    type = "tasks.finished.v1"
    task: str
    client: int
    result: str
    error: str


FACTS = (TaskSubmitted, TasksTaken, TaskFinished)
