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


def assignment_of(row: Sequence[Any]) -> Assignment:
    """Read a row of the table."""
    work, assignment, number, client, b1, b2, param, *rest = row
    return Assignment(work, assignment, number, client, Bounds(b1, b2, param), *rest)


class AssignmentTable:
    """The assignments in one projections file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, work: str) -> Assignment | None:
        """Return an assignment, live or ended."""
        row = self._connection.execute("SELECT * FROM assignments WHERE work = ?", (work,)).fetchone()
        return assignment_of(row) if row else None

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
        if fact.work:
            self._connection.execute(
                "UPDATE assignments SET completed = completed + ? WHERE work = ?", (fact.curves, fact.work)
            )
        if fact.cpu_milliseconds and fact.client:
            nominal = fact.curves * nominal_microseconds(Bounds(fact.b1, fact.b2, fact.param), digits)
            speed = speed_after(self.speed_milli(fact.client), fact.cpu_milliseconds, nominal)
            self._connection.execute(
                "INSERT INTO speeds VALUES (?, ?) ON CONFLICT DO UPDATE SET speed_milli = excluded.speed_milli",
                (fact.client, speed),
            )

    def speed_milli(self, client: int) -> int | None:
        """Return a client's measured speed, None when it was never measured."""
        row = self._connection.execute("SELECT speed_milli FROM speeds WHERE client = ?", (client,)).fetchone()
        return int(row[0]) if row else None

    def outstanding(self, subject: str) -> list[tuple[Bounds, int]]:
        """Return what is handed out on a number and has not come back: bounds and curves of each live assignment."""
        rows = self._connection.execute(
            "SELECT b1, b2, param, max(curves - completed, 0) FROM leases JOIN assignments ON work = lease"
            " WHERE subject = ? AND outcome IS NULL",
            (subject,),
        )
        return [(Bounds(b1, b2, param), curves) for b1, b2, param, curves in rows]
