"""The table of tasks."""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

import msgspec
from msgspec.structs import astuple, replace

from core.events.envelope import Event
from core.tasks.events import TaskFinished, TasksTaken, TaskSubmitted
from core.tasks.state import Task, TaskStatus
from projections.runtime.kept import Kept
from projections.runtime.rows import insert_rows

SCHEMA = """
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
CREATE INDEX tasks_by_status ON tasks (status, position);
CREATE INDEX held_tasks ON tasks (work) WHERE status = 'held';
"""
# The arguments of a task may take 64 KiB.
_KEPT = 1_000
_encode = msgspec.json.Encoder().encode
_decode_args = msgspec.json.Decoder(tuple[str, ...]).decode


class TaskTable:
    """The tasks in one projections file.

    What a batch changes is held here and written once, by `flush`; queries that look at more than one task flush first.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tasks = Kept(partial(task_of, connection), self._write, _KEPT)
        self._held: dict[str, set[str]] = {}
        self.waiting_count = waiting_count(connection)
        self.get = self._tasks.get

    def waiting(self, limit: int) -> list[Task]:
        """Return the tasks that have waited longest, the oldest first."""
        self.flush()
        return waiting_tasks(self._connection, limit)

    def held_under(self, work: str) -> set[str]:
        """Return the tasks that were taken under a lease and are not finished."""
        known = self._held.get(work)
        if known is None:
            self.flush()
            rows = self._connection.execute("SELECT task FROM tasks WHERE work = ? AND status = 'held'", (work,))
            known = self._held[work] = {task for (task,) in rows}
        return known

    def submit(self, fact: TaskSubmitted, event: Event) -> None:
        """Add a task, which waits."""
        self.waiting_count += 1
        self._keep(Task(event.position, fact.task, fact.operation, fact.args, "waiting", "", fact.node, 0, "", ""))

    def take(self, fact: TasksTaken) -> None:
        """Let a lease hold tasks."""
        self.waiting_count -= len(fact.tasks)
        self._held[fact.work] = set(fact.tasks)
        for task in fact.tasks:
            self._keep(replace(self._tasks.sure(task), status="held", work=fact.work, client=fact.client))

    def finish(self, fact: TaskFinished) -> None:
        """Note what came of a task."""
        task = self._tasks.sure(fact.task)
        self.waiting_count -= task.status == "waiting"
        if task.work in self._held:
            self._held[task.work].discard(fact.task)
        status: TaskStatus = "completed" if fact.result else "failed"
        self._keep(replace(task, status=status, client=fact.client, result=fact.result, error=fact.error))

    def release(self, work: str) -> None:
        """Let the tasks wait again that a lease still holds."""
        released = self.held_under(work)
        self.waiting_count += len(released)
        for task in released:
            self._keep(replace(self._tasks.sure(task), status="waiting", client=0))
        released.clear()

    def _keep(self, task: Task) -> None:
        self._tasks.put(task.id, task)

    def _write(self, changed: Sequence[Task]) -> None:
        insert_rows(
            self._connection,
            "INSERT INTO tasks",
            sorted(map(_row, changed)),  # by position, which is the key of the table
            "ON CONFLICT DO UPDATE SET status = excluded.status, work = excluded.work, client = excluded.client,"
            " result = excluded.result, error = excluded.error",
        )

    def flush(self) -> None:
        """Write what has changed."""
        self._tasks.flush()
        if len(self._held) > _KEPT:
            self._held.clear()


def _row(task: Task) -> tuple[object, ...]:
    position, name, operation, args, *rest = astuple(task)
    return position, name, operation, _encode(args).decode(), *rest


def task_of(connection: sqlite3.Connection, task: str) -> Task | None:
    """Return a task by its UUID."""
    row = connection.execute("SELECT * FROM tasks WHERE task = ?", (task,)).fetchone()
    return task_from(row) if row else None


def waiting_tasks(connection: sqlite3.Connection, limit: int) -> list[Task]:
    """Return the tasks that have waited longest, the oldest first."""
    return list(islice(waiting_in_order(connection), limit))


def waiting_in_order(connection: sqlite3.Connection) -> Iterator[Task]:
    """Return the waiting tasks one after the other, the oldest first."""
    return map(task_from, connection.execute("SELECT * FROM tasks WHERE status = 'waiting' ORDER BY position"))


def waiting_count(connection: sqlite3.Connection) -> int:
    """Return how many tasks wait."""
    return int(connection.execute("SELECT count(*) FROM tasks WHERE status = 'waiting'").fetchone()[0])


def longest_waiting(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many tasks wait, and the position of the event that submitted the oldest; 0 for none."""
    row = connection.execute(
        "SELECT count(*), coalesce(min(position), 0) FROM tasks WHERE status = 'waiting'"
    ).fetchone()
    return int(row[0]), int(row[1])


def held_count(connection: sqlite3.Connection) -> int:
    """Return how many tasks are held."""
    return int(connection.execute("SELECT count(*) FROM tasks WHERE status = 'held'").fetchone()[0])


def failures(connection: sqlite3.Connection, newest: int, limit: int) -> list[tuple[str, int]]:
    """Return why the newest tasks failed, so many of them looked at, and how often; what happened last is first."""
    return connection.execute(
        "SELECT error, count(*) FROM (SELECT position, status, error FROM tasks ORDER BY position DESC LIMIT ?)"
        " WHERE status = 'failed' GROUP BY error ORDER BY max(position) DESC LIMIT ?",
        (newest, limit),
    ).fetchall()


def task_from(row: tuple[int, str, str, str, TaskStatus, str, str, int, str, str]) -> Task:
    """Read a row of the table."""
    position, task, operation, args, status, work, node, client, result, error = row
    return Task(position, task, operation, _decode_args(args), status, work, node, client, result, error)
