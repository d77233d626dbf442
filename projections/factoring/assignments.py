"""Work that was handed out, and how fast each client turned out to be."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from core.factoring.cost import nominal_microseconds, speed_after
from core.factoring.curves import Bounds
from core.factoring.events import CurvesRun, WorkAssigned
from core.factoring.state import Assignment

SCHEMA = """
CREATE TABLE assignments (
    work TEXT PRIMARY KEY,
    assignment INTEGER NOT NULL,
    number INTEGER NOT NULL,
    client INTEGER NOT NULL,
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,
    param INTEGER NOT NULL,
    curves INTEGER NOT NULL,
    completed INTEGER NOT NULL,    -- curves reported under it
    cores INTEGER NOT NULL,
    assigned_at INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_number ON assignments (number, position);
CREATE TABLE speeds (
    client INTEGER PRIMARY KEY,
    speed_milli INTEGER NOT NULL   -- measured over nominal CPU time, times 1000
) STRICT;
"""


_KEPT = 10_000


def assignment_of(row: Sequence[Any]) -> Assignment:
    """Read a row of the table."""
    work, assignment, number, client, b1, b2, param, *rest = row
    return Assignment(work, assignment, number, client, Bounds(b1, b2, param), *rest)


class AssignmentTable:
    """The assignments in one projections file; what a batch changes is held here and written by `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kept: dict[str, Assignment] = {}
        self._changed: dict[str, Assignment] = {}
        self._speeds: dict[int, int | None] = {}
        self._measured: dict[int, int] = {}

    def get(self, work: str) -> Assignment | None:
        """Return an assignment, live or ended."""
        known = self._kept.get(work)
        if known is None:
            row = self._connection.execute("SELECT * FROM assignments WHERE work = ?", (work,)).fetchone()
            if row is None:
                return None
            known = self._kept[work] = assignment_of(row)
        return known

    def kept(self, work: str) -> Assignment | None:
        """Return an assignment if it is at hand without a look into the table."""
        return self._kept.get(work)

    def flush(self) -> None:
        """Write what has changed."""
        self._connection.executemany(
            "UPDATE assignments SET completed = ? WHERE work = ?",
            [(assignment.completed, assignment.work) for assignment in self._changed.values()],
        )
        self._connection.executemany(
            "INSERT INTO speeds VALUES (?, ?) ON CONFLICT DO UPDATE SET speed_milli = excluded.speed_milli",
            list(self._measured.items()),
        )
        self._changed.clear()
        self._measured.clear()
        for memory in (self._kept, self._speeds):
            if len(memory) > _KEPT:
                memory.clear()

    def add(self, fact: WorkAssigned, assigned_at: int, position: int) -> None:
        """Record an assignment."""
        self._connection.execute(
            "INSERT INTO assignments VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
            (
                fact.work,
                fact.assignment,
                fact.number,
                fact.client,
                fact.b1,
                fact.b2,
                fact.param,
                fact.curves,
                fact.cores,
                assigned_at,
                position,
            ),
        )

    def report(self, fact: CurvesRun, digits: int) -> None:
        """Count a report under its assignment, and measure the client by it."""
        assignment = self.get(fact.work) if fact.work else None
        if assignment is not None:
            assignment.completed += fact.curves
            self._changed[fact.work] = assignment
        if fact.cpu_milliseconds and fact.client:
            nominal = fact.curves * nominal_microseconds(Bounds(fact.b1, fact.b2, fact.param), digits)
            speed = speed_after(self.speed_milli(fact.client), fact.cpu_milliseconds, nominal)
            self._speeds[fact.client] = self._measured[fact.client] = speed

    def speed_milli(self, client: int) -> int | None:
        """Return a client's measured speed, None when it was never measured."""
        if client not in self._speeds:
            row = self._connection.execute("SELECT speed_milli FROM speeds WHERE client = ?", (client,)).fetchone()
            self._speeds[client] = int(row[0]) if row else None
        return self._speeds[client]

    def outstanding(self, subject: str) -> list[tuple[Bounds, int]]:
        """Return what is handed out on a number and has not come back: bounds and curves of each live assignment."""
        self.flush()
        rows = self._connection.execute(
            "SELECT b1, b2, param, max(curves - completed, 0) FROM leases JOIN assignments ON work = lease"
            " WHERE subject = ? AND outcome IS NULL",
            (subject,),
        )
        return [(Bounds(b1, b2, param), curves) for b1, b2, param, curves in rows]
