"""The tables of machines and of their reports: how each stands, and of how much anybody can tell whether it was computed."""

import sqlite3
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from core.trust.events import DoubtHeeded, DoubtSettled, ReportsDoubted, Weighed
from core.trust.standing import Standing
from core.trust.state import Check, Doubt
from projections.runtime.rows import columns_of, insert_named, row_of

SCHEMA = """
CREATE TABLE machines (
    client INTEGER PRIMARY KEY,
    credit INTEGER NOT NULL,       -- microseconds of nominal CPU time, of curves that can be checked
    known INTEGER NOT NULL,
    matches INTEGER NOT NULL,      -- since the last mismatch
    mismatches INTEGER NOT NULL,   -- that are not forgiven
    probation INTEGER NOT NULL,
    sound INTEGER NOT NULL,        -- position up to which matches say that its reports are sound
    curves INTEGER NOT NULL,       -- reported since there are checks
    checkable INTEGER NOT NULL,
    checked INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    refuted INTEGER NOT NULL       -- how often it was wrong as who checked
) STRICT;
CREATE TABLE reports (
    position INTEGER PRIMARY KEY,
    client INTEGER NOT NULL,
    number INTEGER NOT NULL,
    curves INTEGER NOT NULL,
    checkable INTEGER NOT NULL,
    checked INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    doubt TEXT NOT NULL            -- empty, doubted, heeded, withdrawn, trusted
) STRICT;
CREATE INDEX reports_by_client ON reports (client, position);
CREATE INDEX reports_by_number ON reports (number);
CREATE INDEX reports_in_doubt ON reports (doubt, client, position) WHERE doubt != '';
"""
_STANDING = ", ".join(columns_of(Standing))


class Share(Struct, frozen=True, gc=False):
    """How many curves were reported, and of those could be checked, were checked, and failed."""

    curves: int = 0
    checkable: int = 0
    checked: int = 0
    failed: int = 0


class Machine(Struct, frozen=True, gc=False):
    """A machine as its row tells of it."""

    client: int
    standing: Standing
    share: Share
    refuted: int


class MachineTable:
    """The machines and reports in one projections file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def standing(self, client: int) -> Standing:
        """Return how a machine stands; a new one as one that has done nothing."""
        row = self._connection.execute(f"SELECT {_STANDING} FROM machines WHERE client = ?", (client,)).fetchone()
        return (
            msgspec.convert(dict(zip(columns_of(Standing), row, strict=True)), Standing, strict=False)
            if row
            else Standing()
        )

    def stand(self, client: int, standing: Standing) -> None:
        """Keep how a machine stands."""
        row = {name: int(value) for name, value in row_of(standing).items()}  # type: ignore[call-overload]
        insert_named(
            self._connection,
            "machines",
            [{"client": client, **row, **dict.fromkeys(("curves", "checkable", "checked", "failed", "refuted"), 0)}],
            f"ON CONFLICT DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in row)}",
        )

    def weigh(self, report: Weighed) -> None:
        """Add a report."""
        row = {name: getattr(report, name) for name in ("position", "client", "number", "curves", "checkable")}
        insert_named(self._connection, "reports", [{**row, "checked": 0, "failed": 0, "doubt": ""}])
        self._connection.execute(
            "UPDATE machines SET curves = curves + ?, checkable = checkable + ? WHERE client = ?",
            (report.curves, report.checkable, report.client),
        )

    def settle(self, check: Check, wrong: Sequence[int]) -> None:
        """Count a check that is settled."""
        failed = int(check.status == "failed")
        for table, where, key in (("reports", "position", check.report), ("machines", "client", check.client)):
            self._connection.execute(
                f"UPDATE {table} SET checked = checked + 1, failed = failed + ? WHERE {where} = ?", (failed, key)
            )
        for client in set(wrong) - {check.client}:
            self._connection.execute("UPDATE machines SET refuted = refuted + 1 WHERE client = ?", (client,))

    def doubt(self, fact: ReportsDoubted | DoubtHeeded | DoubtSettled) -> None:
        """Say how the doubt of reports stands."""
        if isinstance(fact, DoubtSettled):
            self._connection.execute(
                "UPDATE reports SET doubt = ? WHERE client = ? AND doubt = 'heeded'", (fact.verdict, fact.client)
            )
            return
        doubt = "doubted" if isinstance(fact, ReportsDoubted) else "heeded"
        self._connection.executemany(
            "UPDATE reports SET doubt = ? WHERE position = ? AND client = ?",
            [(doubt, position, fact.client) for position in fact.positions],
        )

    def reports_since(self, client: int, position: int) -> Sequence[int]:
        """Return the reports of a machine behind a position that nobody doubts."""
        rows = self._connection.execute(
            "SELECT position FROM reports WHERE client = ? AND position > ? AND doubt = '' ORDER BY position",
            (client, position),
        )
        return [found for (found,) in rows]

    def doubts(self, client: int, doubt: Doubt) -> Sequence[int]:
        """Return the reports of a machine of which a doubt stands so."""
        return doubtful(self._connection, doubt).get(client, [])


def doubtful(connection: sqlite3.Connection, doubt: Doubt) -> dict[int, list[int]]:
    """Return the reports of which a doubt stands so, by their machines."""
    found: dict[int, list[int]] = {}
    rows = connection.execute(
        "SELECT client, position FROM reports WHERE doubt != '' AND doubt = ? ORDER BY client, position", (doubt,)
    )
    for client, position in rows:
        found.setdefault(client, []).append(position)
    return found


def newest_reports(connection: sqlite3.Connection, client: int, limit: int) -> list[int]:
    """Return the newest reports of a machine that have curves to check, oldest first."""
    rows = connection.execute(
        "SELECT position FROM reports WHERE client = ? AND checkable > 0 ORDER BY position DESC LIMIT ?",
        (client, limit),
    )
    return sorted(position for (position,) in rows)


_SHARE = "coalesce(sum(curves), 0), coalesce(sum(checkable), 0), coalesce(sum(checked), 0), coalesce(sum(failed), 0)"


def share_of_numbers(connection: sqlite3.Connection, numbers: Sequence[int]) -> Share:
    """Return how much of what was run on some numbers can be checked, was checked, and failed."""
    row = connection.execute(
        f"SELECT {_SHARE} FROM json_each(?) JOIN reports ON number = value", (msgspec.json.encode(numbers).decode(),)
    ).fetchone()
    return Share(*row)


def share_of_all(connection: sqlite3.Connection) -> Share:
    """Return the same of all that was reported since there are checks."""
    return Share(*connection.execute(f"SELECT {_SHARE} FROM machines").fetchone())


def machines(connection: sqlite3.Connection, among: Sequence[int] | None = None) -> list[Machine]:
    """Return every machine, or some, those that failed most first."""
    chosen = "" if among is None else " WHERE client IN (SELECT value FROM json_each(?))"
    bound = () if among is None else (msgspec.json.encode(among).decode(),)
    rows = connection.execute(
        f"SELECT client, {_STANDING}, curves, checkable, checked, failed, refuted FROM machines{chosen}"
        " ORDER BY failed DESC, curves DESC, client",
        bound,
    )
    width = len(columns_of(Standing))
    return [
        Machine(
            row[0],
            msgspec.convert(dict(zip(columns_of(Standing), row[1 : 1 + width], strict=True)), Standing, strict=False),
            Share(*row[1 + width : 5 + width]),
            row[5 + width],
        )
        for row in rows
    ]
