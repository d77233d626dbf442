"""Work that was handed out, and how fast each client turned out to be."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from core.events.envelope import Event
from core.factoring.assignment.assigning import FAIR
from core.factoring.events.assignment import WorkAcknowledged, WorkAssigned, WorkProgressed, WorkReserved
from core.factoring.events.reports import CurvesRun
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.prospects.cost import QUADRATIC_SIEVE, nominal_microseconds, speed_after
from core.factoring.state.assignment import Assignment, Given
from core.steering.pausing import Pause
from projections.factoring.numbers import projects
from projections.runtime.kept import Kept
from projections.runtime.rows import columns_of, insert_named, insert_rows, insert_structs, row_of

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
    position INTEGER NOT NULL,
    method TEXT NOT NULL,
    exclusive INTEGER NOT NULL,    -- whether nobody else is given a share of the number
    claimed_at INTEGER,
    started_at INTEGER,
    progressed INTEGER NOT NULL    -- curves that its holder said it has run
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_position ON assignments (position);
CREATE INDEX assignments_by_number ON assignments (number, position);
CREATE INDEX assignments_by_client ON assignments (client, position);
CREATE TABLE reservations (
    work TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    client INTEGER NOT NULL,
    method TEXT NOT NULL,
    metadata TEXT NOT NULL,        -- JSON
    reserved_at INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_by_number ON reservations (number, position);
CREATE TABLE given_out (
    strategy TEXT PRIMARY KEY,     -- why these numbers were chosen
    microseconds INTEGER NOT NULL  -- what was handed out, nominally
) STRICT, WITHOUT ROWID;
CREATE TABLE speeds (
    client INTEGER PRIMARY KEY,
    speed_milli INTEGER,           -- measured over nominal CPU time, times 1000; NULL when that was never measured
    cpu_milliseconds INTEGER NOT NULL, -- of the reports since it was measured
    nominal_microseconds INTEGER NOT NULL
) STRICT;
"""


COLUMNS = len(columns_of(Assignment)) + len(columns_of(Bounds)) - 1
"""How many there are in the table of assignments."""
_KEPT = 10_000
_MOST = 2**63 - 1
_MEASURABLE_MILLISECONDS = 300
"""Of CPU time together are measured: what a program says that less took is mostly what it rounds, and how it started."""


class Pace(Struct):
    """How fast a client is; the fields are the columns of the table of speeds."""

    client: int
    speed_milli: int | None = None
    cpu_milliseconds: int = 0
    nominal_microseconds: int = 0

    def add(self, cpu_milliseconds: int, nominal_microseconds: int) -> None:
        """Count a report."""
        self.cpu_milliseconds += cpu_milliseconds
        self.nominal_microseconds += nominal_microseconds
        if self.cpu_milliseconds >= _MEASURABLE_MILLISECONDS:
            self.speed_milli = speed_after(self.speed_milli, self.cpu_milliseconds, self.nominal_microseconds)
            self.cpu_milliseconds = self.nominal_microseconds = 0


def assignment_of(row: Sequence[Any]) -> Assignment:
    """Read a row of the table."""
    work, assignment, number, client, b1, b2, param, *rest = row[:COLUMNS]
    return Assignment(work, assignment, number, client, Bounds(b1, b2, param), *rest)


def _row(assignment: Assignment) -> tuple[object, ...]:
    work, number_of_it, number, client, bounds, *rest = astuple(assignment)
    return work, number_of_it, number, client, *astuple(bounds), *rest


class AssignmentTable:
    """The assignments in one projections file; what a batch changes is held here and written by `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows = Kept(self._read, self._write, _KEPT)
        self._paces = Kept(self._read_pace, self._write_paces, _KEPT)
        self._given = Counter[str](dict(connection.execute("SELECT strategy, microseconds FROM given_out")))
        self._given_since: set[str] = set()
        self.get = self._rows.get
        self.kept = self._rows.at_hand

    def _read(self, work: str) -> Assignment | None:
        row = self._connection.execute("SELECT * FROM assignments WHERE work = ?", (work,)).fetchone()
        return assignment_of(row) if row else None

    def _write(self, changed: Sequence[Assignment]) -> None:
        insert_rows(
            self._connection,
            "INSERT INTO assignments",
            list(map(_row, changed)),
            "ON CONFLICT DO UPDATE SET completed = excluded.completed, claimed_at = excluded.claimed_at,"
            " started_at = excluded.started_at, progressed = excluded.progressed",
        )

    def flush(self) -> None:
        """Write what has changed."""
        self._rows.flush()
        self._paces.flush()
        self._connection.executemany(
            "INSERT INTO given_out VALUES (?, ?) ON CONFLICT DO UPDATE SET microseconds = excluded.microseconds",
            [(strategy, min(self._given[strategy], _MOST)) for strategy in sorted(self._given_since)],
        )
        self._given_since.clear()

    def assign(self, fact: WorkAssigned, event: Event) -> None:
        """Note that work was handed out."""
        assigned = Assignment(
            work=fact.work,
            id=fact.assignment,
            number=fact.number,
            client=fact.client,
            bounds=Bounds(fact.b1, fact.b2, fact.param),
            curves=fact.curves,
            completed=0,
            cores=fact.cores,
            assigned_at=event.recorded_at,
            position=event.position,
            method=fact.method,
            exclusive=fact.exclusive,
            claimed_at=None,
            started_at=None,
        )
        self._rows.put(fact.work, assigned)
        if fact.strategy:
            self._given[fact.strategy] += fact.nominal_microseconds
            self._given_since.add(fact.strategy)

    def acknowledge(self, fact: WorkAcknowledged, event: Event) -> None:
        """Note that the holder knows of its work, or has begun."""
        moment = event.recorded_at
        assignment = self._rows.sure(fact.work)
        assignment.claimed_at = assignment.claimed_at or moment
        if fact.stage == "started":
            assignment.started_at = assignment.started_at or moment
        self._rows.put(fact.work, assignment)

    def progress(self, fact: WorkProgressed, _event: Event) -> None:
        """Note how many curves the holder says that it has run."""
        assignment = self._rows.sure(fact.work)
        assignment.progressed = fact.curves
        self._rows.put(fact.work, assignment)

    def reserve(self, fact: WorkReserved, event: Event) -> None:
        """Note that a number was reserved for work of another kind."""
        reserved = row_of(fact, reserved_at=event.recorded_at, position=event.position)
        insert_named(self._connection, "reservations", [reserved])

    def is_exclusive(self, work: str) -> bool:
        """Tell whether an assignment, or a reservation, allows nobody else a share of its number."""
        assignment = self.get(work)
        return assignment is None or assignment.exclusive

    def reckoned(self, work: str, curves: int, digits: int) -> int:
        """Return the microseconds that curves of an assignment were reckoned to take, of those that have not come back."""
        assignment = self.get(work) if work else None
        if assignment is None or assignment.method != "ecm":
            return 0
        return (
            min(curves, assignment.left)
            * nominal_microseconds(assignment.bounds, digits)
            * (self.speed_milli(assignment.client) or 1000)
            // 1000
        )

    def report(self, fact: CurvesRun, digits: int) -> None:
        """Count a report under its assignment, and measure the client by it."""
        assignment = self.get(fact.work) if fact.work else None
        if assignment is not None:
            assignment.completed += fact.curves
            self._rows.put(fact.work, assignment)
        if fact.cpu_milliseconds and fact.client:
            nominal = fact.curves * nominal_microseconds(Bounds(fact.b1, fact.b2, fact.param), digits)
            pace = self._paces.sure(fact.client)
            pace.add(fact.cpu_milliseconds, nominal)
            self._paces.put(fact.client, pace)

    def speed_milli(self, client: int) -> int | None:
        """Return a client's measured speed, None when it was never measured."""
        return self._paces.sure(client).speed_milli

    def _read_pace(self, client: int) -> Pace:
        row = self._connection.execute("SELECT * FROM speeds WHERE client = ?", (client,)).fetchone()
        return Pace(*row) if row else Pace(client)

    def _write_paces(self, paces: Sequence[Pace]) -> None:
        insert_structs(
            self._connection,
            "speeds",
            paces,
            "ON CONFLICT DO UPDATE SET speed_milli = excluded.speed_milli, cpu_milliseconds = excluded.cpu_milliseconds,"
            " nominal_microseconds = excluded.nominal_microseconds",
        )

    def given_by_promise(self) -> Given:
        """Return how much was handed out by its promise."""
        fair = self._given[FAIR]
        return Given(whole=self._given["yield"] + fair, fair=fair)


def kind_and_pause(connection: sqlite3.Connection, work: str) -> tuple[str, tuple[str, Pause] | None]:
    """Return of which kind of work an assignment is, and the project whose pause ends it, with its name; None for none."""
    row = connection.execute("SELECT method, number FROM assignments WHERE work = ?", (work,)).fetchone()
    method, number = row or ("", 0)
    kind = "sieving" if method == QUADRATIC_SIEVE else "factoring"
    if not projects.rests(connection, number):
        return kind, None
    paused = {name: pause for name, pause in projects.pauses(connection).items() if not pause.drains}
    return kind, next((one for one in paused.items() if projects.holds(connection, one[0], number)), None)


def speeds(connection: sqlite3.Connection, clients: Sequence[int]) -> dict[int, int]:
    """Return the measured speeds of some clients, measured over nominal CPU time, times 1000; others are left out."""
    marks = ", ".join("?" * len(clients))
    measured = f"SELECT client, speed_milli FROM speeds WHERE client IN ({marks}) AND speed_milli IS NOT NULL"
    return dict(connection.execute(measured, tuple(clients)))
