"""Tasks: what waits, what is held, and what came of the others."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from core.events.envelope import Event
from core.leases.decide import Lease
from core.leases.events import LeaseEnded
from core.tasks.events import TaskFinished, TasksTaken, TaskSubmitted
from core.tasks.state import Task, TaskStatus
from projections.leases import table as leases
from projections.leases.table import LeaseTable
from projections.runtime.answers import Answers

SCHEMA = (
    """
CREATE TABLE tasks (
    position INTEGER PRIMARY KEY,  -- of the event that submitted it
    task TEXT NOT NULL UNIQUE,
    operation TEXT NOT NULL,
    args TEXT NOT NULL,            -- JSON
    status TEXT NOT NULL,
    work TEXT NOT NULL,            -- the lease under which it was taken last
    node TEXT NOT NULL,            -- the coordinator that took it
    client INTEGER NOT NULL,       -- who finished it, or holds it
    result TEXT NOT NULL,          -- JSON
    error TEXT NOT NULL
) STRICT;
CREATE INDEX waiting_tasks ON tasks (position) WHERE status = 'waiting';
CREATE INDEX held_tasks ON tasks (work) WHERE status = 'held';
"""
    + leases.SCHEMA
)
_encode = msgspec.json.Encoder().encode
_decode_args = msgspec.json.Decoder(tuple[str, ...]).decode


class TasksState(Answers):
    """Implements `core.tasks.state.TasksState`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._leases = LeaseTable(connection, "tasks")
        self._waiting = waiting_count(connection)

    def task(self, task: str) -> Task | None:
        """Return a task by its UUID."""
        return task_of(self.connection, task)

    def tasks(self, tasks: Sequence[str]) -> list[Task]:
        """Return several tasks, in the order in which they are named."""
        found = (self.task(task) for task in tasks)
        return [task for task in found if task is not None]

    def waiting(self, limit: int) -> list[Task]:
        """Return the tasks that have waited longest, the oldest first."""
        return waiting_tasks(self.connection, limit)

    def waiting_count(self) -> int:
        """Return how many tasks wait."""
        return self._waiting

    def unfinished_under(self, work: str) -> int:
        """Return how many tasks that were taken under a lease are not finished."""
        row = self.connection.execute(
            "SELECT count(*) FROM tasks WHERE work = ? AND status = 'held'", (work,)
        ).fetchone()
        return int(row[0])

    def lease(self, lease: str) -> Lease | None:
        """Return a lease, live or ended."""
        return self._leases.lease(lease)

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        match fact:
            case TaskFinished():
                self._apply_finished(fact)
            case TaskSubmitted():
                self._waiting += 1
                self.connection.execute(
                    "INSERT INTO tasks VALUES (?, ?, ?, ?, 'waiting', '', ?, 0, '', '')",
                    (event.position, fact.task, fact.operation, _encode(fact.args).decode(), fact.node),
                )
            case TasksTaken():
                self._waiting -= len(fact.tasks)
                self.connection.executemany(
                    "UPDATE tasks SET status = 'held', work = ?, client = ? WHERE task = ?",
                    [(fact.work, fact.client, task) for task in fact.tasks],
                )
            case _:
                if self._leases.apply(event) and isinstance(fact, LeaseEnded):
                    self._waiting += self.connection.execute(
                        "UPDATE tasks SET status = 'waiting', client = 0 WHERE work = ? AND status = 'held'",
                        (fact.lease,),
                    ).rowcount

    def flush(self) -> None:
        """Write what was held back."""
        self._leases.flush()

    def _apply_finished(self, fact: TaskFinished) -> None:
        finished = ("completed" if fact.result else "failed", fact.client, fact.result, fact.error, fact.task)
        (waited,) = self.connection.execute(
            "SELECT status = 'waiting' FROM tasks WHERE task = ?", (fact.task,)
        ).fetchone()
        self._waiting -= waited
        self.connection.execute(
            "UPDATE tasks SET status = ?, client = ?, result = ?, error = ? WHERE task = ?", finished
        )


def task_of(connection: sqlite3.Connection, task: str) -> Task | None:
    """Return a task by its UUID."""
    row = connection.execute("SELECT * FROM tasks WHERE task = ?", (task,)).fetchone()
    return _task(row) if row else None


def waiting_tasks(connection: sqlite3.Connection, limit: int) -> list[Task]:
    """Return the tasks that have waited longest, the oldest first."""
    return list(islice(waiting_in_order(connection), limit))


def waiting_in_order(connection: sqlite3.Connection) -> Iterator[Task]:
    """Return the waiting tasks one after the other, the oldest first."""
    return map(_task, connection.execute("SELECT * FROM tasks WHERE status = 'waiting' ORDER BY position"))


def newest_tasks(connection: sqlite3.Connection, status: str | None, before: int | None, limit: int) -> list[Task]:
    """Return the newest tasks, those submitted before a position and in one state when these are given."""
    rows = connection.execute(
        "SELECT * FROM tasks WHERE (:status IS NULL OR status = :status) AND position < coalesce(:before, 1 << 62)"
        " ORDER BY position DESC LIMIT :limit",
        {"status": status, "before": before, "limit": limit},
    )
    return [_task(row) for row in rows]


def waiting_count(connection: sqlite3.Connection) -> int:
    """Return how many tasks wait."""
    return int(connection.execute("SELECT count(*) FROM tasks WHERE status = 'waiting'").fetchone()[0])


def not_waiting(connection: sqlite3.Connection, tasks: Sequence[str]) -> list[str]:
    """Return those of some tasks that do not wait, or do not exist."""
    rows = connection.execute(
        "SELECT value FROM json_each(?) LEFT JOIN tasks ON task = value WHERE status IS NOT 'waiting'",
        (_encode(list(tasks)).decode(),),
    )
    return [value for (value,) in rows]


def _task(row: tuple[int, str, str, str, TaskStatus, str, str, int, str, str]) -> Task:
    position, task, operation, args, status, work, node, client, result, error = row
    return Task(position, task, operation, _decode_args(args), status, work, node, client, result, error)
