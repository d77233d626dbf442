"""Expectations: how many finds were to be expected of reported curves, and how many were made; by client, row of B1 and project.

Only curves that were run under an assignment are counted: of others nobody knows which were not reported.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct

from core.factoring.events import CurvesRun, FactorFound
from core.factoring.mathematics.standard import STANDARD
from core.trust.expecting import Judged, Sums, judge
from projections.runtime.kept import Kept
from projections.runtime.rows import insert_rows, insert_structs

SCHEMA = """
CREATE TABLE expected_of_reports (
    attempt INTEGER PRIMARY KEY,
    client INTEGER NOT NULL,
    row INTEGER NOT NULL,          -- B1 of the ladder's row
    project TEXT NOT NULL,         -- the first that its number was of; empty for none
    expected INTEGER NOT NULL,     -- finds, in 2^-32
    found INTEGER NOT NULL         -- 1 when it found a factor
) STRICT;
CREATE TABLE expected_finds (
    client INTEGER NOT NULL,
    row INTEGER NOT NULL,
    project TEXT NOT NULL,
    expected INTEGER NOT NULL,
    found INTEGER NOT NULL,
    PRIMARY KEY (client, row, project)
) STRICT, WITHOUT ROWID;
"""
_ROWS = [row.b1 for row in STANDARD]
_LARGEST_B1 = 10**9
"""Beyond, too little is known of how likely a find is."""
_KEPT = 10_000

Stratum = tuple[int, str]
"""B1 of a row, and a project."""


class _Report(Struct, gc=False):
    """A row of `expected_of_reports`; the fields are its columns."""

    attempt: int
    client: int
    row: int
    project: str
    expected: int
    found: int


class ExpectationTable:
    """The expectations in one projections file; those of a batch are held here and written by `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._reports = Kept(self._read, self._write, _KEPT)
        self._added: dict[tuple[int, int, str], list[int]] = {}

    def _read(self, attempt: int) -> _Report | None:
        row = self._connection.execute("SELECT * FROM expected_of_reports WHERE attempt = ?", (attempt,)).fetchone()
        return _Report(*row) if row else None

    def _write(self, reports: Sequence[_Report]) -> None:
        tail = "ON CONFLICT DO UPDATE SET found = excluded.found"
        insert_structs(self._connection, "expected_of_reports", reports, tail)

    def report(self, fact: CurvesRun, expected: int) -> None:
        """Add what was to be expected of a report, in 2^-32."""
        if fact.b1 > _LARGEST_B1:
            return
        row = _ROWS[max(bisect_right(_ROWS, fact.b1) - 1, 0)]
        (project,) = self._connection.execute(
            "SELECT coalesce(min(project), '') FROM projects WHERE number = ?", (fact.number,)
        ).fetchone()
        report = _Report(fact.attempt, fact.client, row, project, expected, 0)
        self._reports.put(fact.attempt, report)
        self._add(report, expected, 0)

    def find(self, fact: FactorFound) -> None:
        """Add a find to that of its report; several of one report are one."""
        report = self._reports.get(fact.attempt)
        if report is not None and not report.found:
            report.found = 1
            self._reports.put(fact.attempt, report)
            self._add(report, 0, 1)

    def _add(self, report: _Report, expected: int, found: int) -> None:
        added = self._added.setdefault((report.client, report.row, report.project), [0, 0])
        added[0] += expected
        added[1] += found

    def flush(self) -> None:
        """Write what was held back."""
        self._reports.flush()
        insert_rows(
            self._connection,
            "INSERT INTO expected_finds",
            [(*stratum, *added) for stratum, added in sorted(self._added.items())],
            "ON CONFLICT DO UPDATE SET expected = expected + excluded.expected, found = found + excluded.found",
        )
        self._added.clear()


def expected_of(connection: sqlite3.Connection, attempt: int) -> int:
    """Return how many finds were to be expected of a report, in 2^-32; 0 where nothing is."""
    row = connection.execute("SELECT expected FROM expected_of_reports WHERE attempt = ?", (attempt,)).fetchone()
    return int(row[0]) if row else 0


def sums(connection: sqlite3.Connection) -> dict[int, dict[Stratum, Sums]]:
    """Return what was expected and found, by client and stratum."""
    found: dict[int, dict[Stratum, Sums]] = {}
    for client, row, project, expected, finds in connection.execute(
        "SELECT client, row, project, expected, found FROM expected_finds ORDER BY client, row, project"
    ):
        found.setdefault(client, {})[row, project] = Sums(expected, finds)
    return found


def judged(connection: sqlite3.Connection) -> dict[int, Judged]:
    """Return how each client's curves stand against what they found, measured by what all others found."""
    everybody = sums(connection)
    total: dict[Stratum, Sums] = {}
    for strata in everybody.values():
        for stratum, own in strata.items():
            before = total.get(stratum, Sums())
            total[stratum] = Sums(before.expected + own.expected, before.found + own.found)
    return {
        client: judge(
            (own, Sums(total[stratum].expected - own.expected, total[stratum].found - own.found))
            for stratum, own in strata.items()
        )
        for client, strata in everybody.items()
    }
