"""Tasks: what waits, what is held, and what came of the others."""

import sqlite3
from collections.abc import Sequence

import msgspec

from core.events.envelope import Event
from core.leases.events import LeaseEnded
from core.tasks.events import TaskFinished, TasksTaken, TaskSubmitted
from core.tasks.state import Task
from projections.leases import table as leases
from projections.leases.table import LeaseTable
from projections.runtime.answers import Answers
from projections.tasks import table
from projections.tasks.table import TaskTable, task_from

SCHEMA = table.SCHEMA + leases.SCHEMA
_encode = msgspec.json.Encoder().encode


class TasksState(Answers):
    """Implements `core.tasks.state.TasksState`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._tasks = TaskTable(connection)
        self._leases = LeaseTable(connection, "tasks")
        self.task = self._tasks.get
        self.waiting = self._tasks.waiting
        self.lease = self._leases.lease

    def tasks(self, tasks: Sequence[str]) -> list[Task]:
        """Return several tasks, in the order in which they are named."""
        found = (self.task(task) for task in tasks)
        return [task for task in found if task is not None]

    def waiting_count(self) -> int:
        """Return how many tasks wait."""
        return self._tasks.waiting_count

    def unfinished_under(self, work: str) -> int:
        """Return how many tasks that were taken under a lease are not finished."""
        return len(self._tasks.held_under(work))

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        match fact:
            case TaskFinished():
                self._tasks.finish(fact)
            case TaskSubmitted():
                self._tasks.submit(fact, event)
            case TasksTaken():
                self._tasks.take(fact)
            case _:
                if self._leases.apply(event) and isinstance(fact, LeaseEnded):
                    self._tasks.release(fact.lease)

    def flush(self) -> None:
        """Write what was held back."""
        self._tasks.flush()
        self._leases.flush()


def newest_tasks(connection: sqlite3.Connection, status: str | None, before: int | None, limit: int) -> list[Task]:
    """Return the newest tasks, those submitted before a position and in one state when these are given."""
    chosen = "status = :status AND" if status else ""  # beside an OR no index would be used
    rows = connection.execute(
        f"SELECT * FROM tasks WHERE {chosen} position < coalesce(:before, 1 << 62) ORDER BY position DESC LIMIT :limit",
        {"status": status, "before": before, "limit": limit},
    )
    return [task_from(row) for row in rows]


def not_waiting(connection: sqlite3.Connection, tasks: Sequence[str]) -> list[str]:
    """Return those of some tasks that do not wait, or do not exist."""
    rows = connection.execute(
        "SELECT value FROM json_each(?) LEFT JOIN tasks ON task = value WHERE status IS NOT 'waiting'",
        (_encode(list(tasks)).decode(),),
    )
    return [value for (value,) in rows]
