"""Expectations: how many finds were to be expected of reported curves, and how many were made; by client, row of B1 and project.

Only curves that were run under an assignment are counted: of others nobody knows which were not reported.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from core.events.envelope import Event
from core.factoring.events.reports import CurvesRun, FactorFound
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.prospects.expectation import expected
from core.trust.expecting import Judged, Sums, judge
from projections.runtime.kept import Kept
from projections.runtime.rows import insert_rows, insert_structs

SCHEMA = """
CREATE TABLE reports_expected_of (
    attempt INTEGER PRIMARY KEY,
    client INTEGER NOT NULL,
    row INTEGER NOT NULL,          -- B1 of the ladder's row
    project TEXT NOT NULL,         -- the first that its number was of; empty for none
    found INTEGER NOT NULL         -- 1 when it found a factor
) STRICT;
CREATE TABLE expected_finds (
    client INTEGER NOT NULL,
    row INTEGER NOT NULL,
    project TEXT NOT NULL,
    expected INTEGER NOT NULL,     -- finds, in 2^-32
    found INTEGER NOT NULL,
    PRIMARY KEY (client, row, project)
) STRICT, WITHOUT ROWID;
CREATE TABLE expected_of_all (     -- the same of all clients together, by which each is measured
    row INTEGER NOT NULL,
    project TEXT NOT NULL,
    expected INTEGER NOT NULL,
    found INTEGER NOT NULL,
    PRIMARY KEY (row, project)
) STRICT, WITHOUT ROWID;
"""
_ROWS = [row.b1 for row in STANDARD]
_LARGEST_B1 = 10**9
"""Beyond, too little is known of how likely a find is."""
_KEPT = 10_000

_ADD = "ON CONFLICT DO UPDATE SET expected = expected + excluded.expected, found = found + excluded.found"
_BESIDE_ALL = (
    "SELECT client, own.expected, own.found, of_all.expected, of_all.found"
    " FROM expected_finds AS own JOIN expected_of_all AS of_all USING (row, project)"
)
"""What was expected and found of each client in each stratum, and of all."""

_Key = tuple[int, int, str]
"""A client, and a stratum."""

Stratum = tuple[int, str]
"""B1 of a row, and a project."""


class Stretch(Struct, gc=False):
    """Curves on one composite, one report after the other: the efforts on it before and after them."""

    number: int
    digits: int
    before: int
    after: int


class _Report(Struct, gc=False):
    """A row of `reports_expected_of`; the fields are its columns."""

    attempt: int
    client: int
    row: int
    project: str
    found: int


class ExpectationTable:
    """The expectations in one projections file; those of a batch are held here and written by `flush`.

    What a client's reports lead to on one number is added up over the stretch of them, as long as nothing else is done there.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._reports = Kept(self._read, self._write, _KEPT)
        self._stretches: dict[int, tuple[_Key, Stretch]] = {}
        self._projects: dict[int, str] = {}
        self._added: dict[_Key, list[int]] = {}

    def _read(self, attempt: int) -> _Report | None:
        row = self._connection.execute("SELECT * FROM reports_expected_of WHERE attempt = ?", (attempt,)).fetchone()
        return _Report(*row) if row else None

    def _write(self, reports: Sequence[_Report]) -> None:
        tail = "ON CONFLICT DO UPDATE SET found = excluded.found"
        insert_structs(self._connection, "reports_expected_of", reports, tail)

    def report(self, fact: CurvesRun, stretches: Iterable[Stretch]) -> None:
        """Add what is to be expected of a report, which did this."""
        if fact.b1 > _LARGEST_B1:
            return
        row = _ROWS[max(bisect_right(_ROWS, fact.b1) - 1, 0)]
        project = self._project_of(fact.number)
        self._reports.put(fact.attempt, _Report(fact.attempt, fact.client, row, project, 0))
        key = fact.client, row, project
        for stretch in stretches:
            known = self._stretches.get(stretch.number)
            if known is not None and known[0] == key and known[1].after == stretch.before:
                known[1].after = stretch.after
            else:
                self._end(stretch.number)
                self._stretches[stretch.number] = key, stretch

    def find(self, fact: FactorFound, _event: Event) -> None:
        """Add a find to that of its report; several of one report are one."""
        report = self._reports.get(fact.attempt)
        if report is not None and not report.found:
            report.found = 1
            self._reports.put(fact.attempt, report)
            self._add((report.client, report.row, report.project), 0, 1)

    def regroup(self) -> None:
        """Take note that some number is of other projects from now on."""
        self._projects.clear()

    def _project_of(self, number: int) -> str:
        project = self._projects.get(number)
        if project is None:
            query = "SELECT coalesce(min(project), '') FROM projects WHERE number = ?"
            (project,) = self._connection.execute(query, (number,)).fetchone()
            self._projects[number] = project
        return project

    def _end(self, number: int) -> None:
        """Add up what was to be expected of a stretch."""
        known = self._stretches.pop(number, None)
        if known is not None:
            key, stretch = known
            self._add(key, expected(stretch.before, stretch.after, stretch.digits), 0)

    def _add(self, key: _Key, finds: int, found: int) -> None:
        added = self._added.setdefault(key, [0, 0])
        added[0] += finds
        added[1] += found

    def flush(self) -> None:
        """Write what was held back."""
        self._reports.flush()
        for number in [*self._stretches]:
            self._end(number)
        self.regroup()
        together: dict[Stratum, list[int]] = {}
        for (_, row, project), (finds, found) in self._added.items():
            of_all = together.setdefault((row, project), [0, 0])
            of_all[0] += finds
            of_all[1] += found
        for table, added in (("expected_finds", self._added), ("expected_of_all", together)):
            rows = [(*key, *values) for key, values in sorted(added.items())]
            insert_rows(self._connection, f"INSERT INTO {table}", rows, _ADD)
        self._added.clear()


def sums(connection: sqlite3.Connection) -> dict[int, dict[Stratum, Sums]]:
    """Return what was expected and found, by client and stratum."""
    found: dict[int, dict[Stratum, Sums]] = {}
    for client, row, project, finds, made in connection.execute(
        "SELECT client, row, project, expected, found FROM expected_finds ORDER BY client, row, project"
    ):
        found.setdefault(client, {})[row, project] = Sums(finds, made)
    return found


def judged(connection: sqlite3.Connection) -> dict[int, Judged]:
    """Return how each client's curves stand against what they found, measured by what all others found."""
    rows = connection.execute(f"{_BESIDE_ALL} ORDER BY client, row, project")
    return {client: _judge(own) for client, own in groupby(rows, itemgetter(0))}


def judged_of(connection: sqlite3.Connection, client: int) -> Judged | None:
    """Return the same of one client, None when nothing was to be expected of its curves."""
    rows = connection.execute(f"{_BESIDE_ALL} WHERE client = ? ORDER BY row, project", (client,)).fetchall()
    return _judge(rows) if rows else None


def _judge(rows: Iterable[tuple[int, int, int, int, int]]) -> Judged:
    return judge(
        (Sums(finds, found), Sums(of_all - finds, found_by_all - found))
        for _, finds, found, of_all, found_by_all in rows
    )
