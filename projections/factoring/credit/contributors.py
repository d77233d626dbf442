"""Contributors: curves, CPU time and factors by client and day, and of everybody by hour, of late by minute."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.events.residues import CurvesIdentified
from core.timestamps import SECOND
from projections.factoring.credit.attempts import attempt_by_id, credited
from projections.factoring.imports import DATED, moments

NAME = "contributors"
FACTS: frozenset[type[Fact]] = frozenset({CurvesRun, AttemptMade, FactorFound, CurvesIdentified, *DATED})
MINUTES = 180
"""Of so many minutes it is known what was done in each."""
SCHEMA = """
CREATE TABLE contributions (
    day INTEGER NOT NULL,          -- days since 1970-01-01, UTC
    client INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    curves INTEGER NOT NULL,       -- credited
    factors INTEGER NOT NULL,      -- primes, or what passes for one
    cpu_milliseconds INTEGER NOT NULL,
    newest INTEGER NOT NULL,       -- when the last of them came
    PRIMARY KEY (day, client)
) STRICT, WITHOUT ROWID;
CREATE TABLE contributors (        -- the same of all days together: there may be very many of those
    client INTEGER PRIMARY KEY,
    reports INTEGER NOT NULL,
    curves INTEGER NOT NULL,
    factors INTEGER NOT NULL,
    cpu_milliseconds INTEGER NOT NULL,
    newest INTEGER NOT NULL
) STRICT;
CREATE TABLE pace (                -- of everybody
    hour INTEGER PRIMARY KEY,      -- hours since 1970-01-01, UTC
    reports INTEGER NOT NULL,
    curves INTEGER NOT NULL,       -- credited
    factors INTEGER NOT NULL,
    cpu_milliseconds INTEGER NOT NULL
) STRICT;
CREATE TABLE pace_minutes (        -- of everybody, lately
    slot INTEGER PRIMARY KEY,      -- the minute modulo MINUTES
    minute INTEGER NOT NULL,       -- since 1970-01-01, UTC; the newest of the slot
    curves INTEGER NOT NULL        -- credited
) STRICT;
"""
MINUTE = 60 * SECOND
HOUR = 3_600 * SECOND
HOURS = 24
_NO_DAY = 2**62
"""Later than all of them."""
DAY = HOURS * HOUR
Credit = Literal["curves", "cpu_time", "factors"]
_ADD = (
    "ON CONFLICT DO UPDATE SET reports = reports + excluded.reports, curves = curves + excluded.curves,"
    " factors = factors + excluded.factors, cpu_milliseconds = cpu_milliseconds + excluded.cpu_milliseconds"
)
# The newest minute of a slot stays, with all that was done in it, in whatever order and batches events come.
_ADD_MINUTE = (
    "INSERT INTO pace_minutes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET minute = excluded.minute,"
    " curves = excluded.curves + iif(minute = excluded.minute, curves, 0) WHERE excluded.minute >= minute"
)
_EVER = "SELECT client, reports, curves, factors, cpu_milliseconds AS cpu_time, newest FROM contributors"
_SINCE = (
    "SELECT client, sum(reports) AS reports, sum(curves) AS curves, sum(factors) AS factors,"
    " sum(cpu_milliseconds) AS cpu_time, max(newest) AS newest FROM contributions WHERE day >= ? AND day < ?"
    " GROUP BY client"
)


class Contribution(Struct, frozen=True, gc=False):
    """The work of one client."""

    client: int
    reports: int
    curves: int
    factors: int
    cpu_milliseconds: int
    newest: int


class Total(Struct, frozen=True, gc=False):
    """The work of everybody on all days together."""

    curves: int
    factors: int
    cpu_milliseconds: int


class Day(Struct, frozen=True, gc=False):
    """The work of everybody on one day, counted from 1970-01-01."""

    day: int
    curves: int
    factors: int
    cpu_milliseconds: int
    clients: int


class Hour(Struct, frozen=True, gc=False):
    """The work of everybody in one hour, counted from 1970-01-01."""

    hour: int
    reports: int
    curves: int
    factors: int
    cpu_milliseconds: int


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events."""
    done: dict[tuple[int, int], list[int]] = {}
    minutes = Counter[int]()
    moment = moments(events)
    for event in events:
        fact = event.fact
        if isinstance(fact, CurvesIdentified) and (more := len(fact.sigmas) - fact.anonymous):
            client, at = _who_and_when(fact.attempt, connection)
            done.setdefault((at // HOUR, client), [0, 0, 0, 0, 0])[1] += more
            minutes[at // MINUTE] += more
        if not isinstance(fact, CurvesRun | AttemptMade) and not (isinstance(fact, FactorFound) and fact.client):
            continue
        at = moment(event)
        row = done.setdefault((at // HOUR, fact.client), [0, 0, 0, 0, 0])
        if isinstance(fact, FactorFound):
            row[2] += fact.primality != "composite"
        else:
            row[0] += 1
            if isinstance(fact, CurvesRun):
                curves = credited(fact)
                row[1] += curves
                minutes[at // MINUTE] += curves
            row[3] += fact.cpu_milliseconds
        row[4] = max(row[4], at)
    newer = f"{_ADD}, newest = max(newest, excluded.newest)"
    connection.executemany(
        f"INSERT INTO contributions VALUES (?, ?, ?, ?, ?, ?, ?) {newer}",
        [(hour // HOURS, client, *row) for (hour, client), row in done.items()],
    )
    connection.executemany(
        f"INSERT INTO contributors VALUES (?, ?, ?, ?, ?, ?) {newer}",
        [(client, *row) for (_, client), row in done.items()],
    )
    connection.executemany(
        f"INSERT INTO pace VALUES (?, ?, ?, ?, ?) {_ADD}", [(hour, *row[:-1]) for (hour, _), row in done.items()]
    )
    connection.executemany(_ADD_MINUTE, [(minute % MINUTES, minute, curves) for minute, curves in minutes.items()])


def _who_and_when(attempt: int, connection: sqlite3.Connection) -> tuple[int, int]:
    """Return whose report it was, and when it was made: what it counted twice is taken off there, or put back."""
    report = attempt_by_id(connection, attempt)
    assert report is not None, f"attempt {attempt} told of curves"
    return report.client, report.recorded_at


def contributions_since(
    connection: sqlite3.Connection, day: int, limit: int, by: Credit = "curves", before: int = _NO_DAY
) -> list[Contribution]:
    """Return who did most since a day (0: ever) and before another, by one kind of credit; a `limit` of -1 is none."""
    source, bound = (_SINCE, (day, before, limit)) if day > 0 else (_EVER, (limit,))
    rows = connection.execute(f"{source} ORDER BY {by} DESC, client LIMIT ?", bound)
    return [Contribution(*row) for row in rows]


def contribution_of(connection: sqlite3.Connection, client: int) -> Contribution | None:
    """Return what one client did, None for one that never handed anything in."""
    row = connection.execute(f"{_EVER} WHERE client = ?", (client,)).fetchone()
    return Contribution(*row) if row else None


def days_of(connection: sqlite3.Connection, clients: Sequence[int], days: Sequence[int]) -> list[Day]:
    """Return what some clients did on each of some days; days on which they did nothing are left out.

    Each day is looked up by itself: the days of all others lie between.
    """
    rows = connection.execute(
        "SELECT day, sum(curves), sum(factors), sum(cpu_milliseconds), count(*)"
        " FROM json_each(?) CROSS JOIN contributions ON day = value"
        f" WHERE client IN ({', '.join('?' * len(clients))}) GROUP BY day ORDER BY day",
        (msgspec.json.encode(days).decode(), *clients),
    )
    return [Day(*row) for row in rows]


def days_since(connection: sqlite3.Connection, day: int) -> list[Day]:
    """Return what was done on each day from this one on; days on which nothing was done are left out."""
    rows = connection.execute(
        "SELECT day, sum(curves), sum(factors), sum(cpu_milliseconds), count(*) FROM contributions WHERE day >= ?"
        " GROUP BY day ORDER BY day",
        (day,),
    )
    return [Day(*row) for row in rows]


def ever(connection: sqlite3.Connection) -> Total:
    """Return what was ever done."""
    sums = ", ".join(f"coalesce(sum({column}), 0)" for column in Total.__struct_fields__)
    return Total(*connection.execute(f"SELECT {sums} FROM contributors").fetchone())


def hours(connection: sqlite3.Connection) -> list[Hour]:
    """Return what was done in each hour; hours in which nothing was done are left out."""
    return [Hour(*row) for row in connection.execute("SELECT * FROM pace ORDER BY hour")]


def last_minutes(connection: sqlite3.Connection, minute: int) -> dict[int, int]:
    """Return the curves of each of the last minutes before and in this one, counted from 1970-01-01; at most `MINUTES`."""
    rows = connection.execute(
        "SELECT minute, curves FROM pace_minutes WHERE minute > ? AND minute <= ?", (minute - MINUTES, minute)
    )
    return dict(rows)


def rank_of(connection: sqlite3.Connection, clients: Sequence[int], cpu_milliseconds: int) -> int:
    """Return the place by CPU time, 1 for the most, of some clients that spent so much together."""
    row = connection.execute(
        f"SELECT 1 + count(*) FROM contributors WHERE cpu_milliseconds > ? AND client NOT IN (0, {', '.join('?' * len(clients))})",
        (cpu_milliseconds, *clients),
    ).fetchone()
    return int(row[0])


def count(connection: sqlite3.Connection) -> int:
    """Count who ever contributed, by name."""
    return int(connection.execute("SELECT count(*) FROM contributors WHERE client <> 0").fetchone()[0])


def count_factors(connection: sqlite3.Connection) -> int:
    """Count the primes that somebody found."""
    return int(connection.execute("SELECT coalesce(sum(factors), 0) FROM pace").fetchone()[0])


def cpu_by_day(connection: sqlite3.Connection, day: int) -> dict[int, dict[int, int]]:
    """Return the CPU time of each client on each day from this one on, milliseconds; days without any are left out."""
    found: dict[int, dict[int, int]] = {}
    for client, at, cpu in connection.execute(
        "SELECT client, day, cpu_milliseconds FROM contributions WHERE day >= ?", (day,)
    ):
        found.setdefault(client, {})[at] = cpu
    return found
