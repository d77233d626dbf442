"""Factors: one row for each, with the curve that found it."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.events.proofs import GroupOrderComputed, PrimalitySettled
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.mathematics.curves.group_order import Factorisation
from projections.factoring.imports import DATED, moments
from projections.factoring.lists import tallies
from projections.runtime.paging import rows_of_page
from projections.runtime.rows import insert_named, row_of

NAME = "factors"
FACTS: frozenset[type[Fact]] = frozenset(
    {CurvesRun, AttemptMade, FactorFound, GroupOrderComputed, PrimalitySettled, *DATED}
)
_FOUND = "method <> 'division' AND method <> 'relation'"
_PRIMES = f"{_FOUND} AND primality <> 'composite'"
"""These stand word for word in indexes too: by nothing else does SQLite see that an index has what is asked for."""
SCHEMA = f"""
CREATE TABLE factors (
    factor INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,       -- on which it was found
    value TEXT NOT NULL,
    digits INTEGER NOT NULL,
    primality TEXT NOT NULL,
    attempt INTEGER NOT NULL,      -- 0: division by small primes
    client INTEGER NOT NULL,       -- 0: the coordinator itself
    sigma TEXT NOT NULL,
    b1 INTEGER,                    -- of the curve; NULL without one
    b2 INTEGER,
    param INTEGER,
    method TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,  -- where it was moved in, when the system replaced recorded it
    position INTEGER NOT NULL,
    group_order TEXT,              -- of the curve; empty when the sigma gives none, NULL until it is computed
    order_factors TEXT,            -- 2^3 * 3 * 17387
    verdict TEXT,                  -- smooth, or doubtful: the curve with its bounds does not find the factor
    reason TEXT                    -- why it is doubtful
) STRICT;
CREATE INDEX factors_by_number ON factors (number, factor);
CREATE INDEX found_factors ON factors (factor, number) WHERE {_FOUND};
CREATE INDEX primes_by_time ON factors (recorded_at, number, digits, method, primality) WHERE {_PRIMES};
CREATE INDEX primes_by_client ON factors (client, digits, method, primality) WHERE {_PRIMES};
CREATE INDEX primes_by_size ON factors (digits DESC, value DESC, factor, method, primality) WHERE {_PRIMES};
CREATE INDEX factors_by_client ON factors (client, factor) WHERE client <> 0;
CREATE INDEX factors_by_time ON factors (recorded_at, factor);
CREATE INDEX factors_by_value ON factors (value);
CREATE INDEX factors_without_order ON factors (digits, factor)
    WHERE sigma <> '' AND param IS NOT NULL AND primality <> 'composite' AND verdict IS NULL;
{tallies.FOUND}"""

Order = Literal["newest", "largest", "records"]
"""What division by small primes found, or a find on another number, is in none of them. The `largest` are primes, equally long ones by value; `records` were
it when they were found."""
_RECORDS = (
    "SELECT factor FROM (SELECT min(factor) AS factor, min(min(factor)) OVER (ORDER BY digits DESC"
    f" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS longer FROM factors WHERE {_PRIMES} GROUP BY digits)"
    " WHERE longer IS NULL OR factor < longer"
)
_LISTED: dict[Order, tuple[str, str]] = {
    "newest": (f"factors WHERE {_PRIMES}", "factor DESC"),
    "largest": (f"factors WHERE {_PRIMES}", "digits DESC, value DESC, factor"),
    "records": (
        f"factors JOIN ({_RECORDS}) USING (factor)",
        "factor DESC",
    ),
}
"""From where, and in what order."""


class Factor(Struct, frozen=True, gc=False):
    """One factor that was found; the fields are the columns of the table."""

    id: int
    number: int
    value: str
    digits: int
    primality: str
    attempt: int
    client: int
    sigma: str
    b1: int | None
    b2: int | None
    param: int | None
    method: str
    recorded_at: int
    position: int
    group_order: str | None
    order_factors: str | None
    verdict: str | None
    reason: str | None


_NO_CURVE: dict[str, object] = {"method": "", "b1": None, "b2": None, "param": None}


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events; a factor stands in one command with the curves that found it."""
    run: CurvesRun | AttemptMade | None = None
    rows: list[dict[str, object]] = []
    moment = moments(events)

    def write() -> None:
        insert_named(connection, "factors", rows)
        rows.clear()

    for event in events:
        fact = event.fact
        match fact:
            case CurvesRun() | AttemptMade():
                run = fact
            case FactorFound():
                by = run if run is not None and run.attempt == fact.attempt else None
                found = row_of(fact, digits=len(fact.value), recorded_at=moment(event), position=event.position)
                elsewhere = by is not None and by.number != fact.number
                rows.append(found | (_NO_CURVE | {"method": "relation"} if elsewhere else _curve(by)))
            case GroupOrderComputed():
                write()
                connection.execute(
                    "UPDATE factors SET group_order = ?, order_factors = ?, verdict = ?, reason = ? WHERE factor = ?",
                    (fact.order, _written(fact.factorisation), fact.verdict, fact.reason, fact.factor),
                )
            case PrimalitySettled():
                write()
                connection.execute("UPDATE factors SET primality = ? WHERE value = ?", (fact.primality, fact.value))
    write()


def _curve(by: CurvesRun | AttemptMade | None) -> dict[str, object]:
    """Return what found a factor; without a report, division did."""
    if by is None:
        return _NO_CURVE | {"method": "division"}
    return {"method": by.method, "b1": by.b1, "b2": by.b2, "param": by.param if isinstance(by, CurvesRun) else None}


def _written(factorisation: Factorisation) -> str:
    return " * ".join(f"{base}^{exponent}" if exponent > 1 else base for base, exponent in factorisation)


def factors_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Factor]:
    """Return the factors found on any of these numbers, in the order in which they were found."""
    marks = ", ".join("?" * len(numbers))
    rows = connection.execute(f"SELECT * FROM factors WHERE number IN ({marks}) ORDER BY factor", tuple(numbers))
    return [Factor(*row) for row in rows]


def newest(connection: sqlite3.Connection, limit: int) -> list[Factor]:
    """Return the primes found last, the newest first; those of division by small primes are left out."""
    rows = connection.execute(f"SELECT * FROM factors WHERE {_PRIMES} ORDER BY factor DESC LIMIT ?", (limit,))
    return [Factor(*row) for row in rows]


class Found(Struct, frozen=True):
    """How many primes were found, and the digits of the largest, 0 for none."""

    primes: int
    largest: int


def found_between(connection: sqlite3.Connection, since: int, until: int) -> Found:
    """Return what was found from one time on and before another."""
    row = connection.execute(
        f"SELECT count(*), coalesce(max(digits), 0) FROM factors WHERE recorded_at >= ? AND recorded_at < ? AND {_PRIMES}",
        (since, until),
    ).fetchone()
    return Found(*row)


def largest_since(connection: sqlite3.Connection, since: int, stretch: int) -> list[tuple[int, int]]:
    """Return the largest prime found in each stretch of time, of so many microseconds: when, and its digits."""
    rows = connection.execute(
        f"SELECT recorded_at, max(digits) FROM factors WHERE recorded_at >= ? AND {_PRIMES} GROUP BY recorded_at / ?",
        (since, stretch),
    )
    return rows.fetchall()


def largest_by_client(connection: sqlite3.Connection) -> dict[int, int]:
    """Return the digits of the largest prime that each client found."""
    rows = connection.execute(
        f"SELECT client, max(digits) FROM factors WHERE client <> 0 AND {_PRIMES} GROUP BY client"
    )
    return dict(rows)


def largest_of(connection: sqlite3.Connection, clients: Sequence[int]) -> int:
    """Return the digits of the largest prime that some clients found, 0 for none."""
    row = connection.execute(
        f"SELECT coalesce(max(digits), 0) FROM factors WHERE client IN ({', '.join('?' * len(clients))}) AND {_PRIMES}",
        tuple(clients),
    ).fetchone()
    return int(row[0])


def by_project_and_day(connection: sqlite3.Connection, since: int, day: int) -> dict[str, dict[int, int]]:
    """Count the primes found from a time on in the numbers of each project, by the day, which takes so long."""
    found: dict[str, dict[int, int]] = {}
    rows = connection.execute(
        f"SELECT project, recorded_at / ?, count(*) FROM factors JOIN projects USING (number)"
        f" WHERE recorded_at >= ? AND {_PRIMES} GROUP BY 1, 2",
        (day, since),
    )
    for project, at, count in rows:
        found.setdefault(project, {})[at] = count
    return found


def listed(connection: sqlite3.Connection, order: Order, limit: int, offset: int) -> tuple[list[Factor], int]:
    """Return factors in some order, and how many there are in all."""
    chosen, ranked = _LISTED[order]
    (total,) = connection.execute(f"SELECT count(*) FROM {chosen}").fetchone()
    rows = rows_of_page(connection, f"SELECT factors.* FROM {chosen}", (), ranked, total, limit, offset)
    return [Factor(*row) for row in rows], total


def found_by(connection: sqlite3.Connection, clients: Iterable[int], limit: int) -> list[Factor]:
    """Return the factors that some clients found, the newest first."""
    rows = connection.execute(
        "SELECT * FROM factors WHERE client IN (SELECT value FROM json_each(?)) AND client <> 0"
        " ORDER BY factor DESC LIMIT ?",
        (json.dumps(list(clients)), limit),
    )
    return [Factor(*row) for row in rows]


def newest_in(connection: sqlite3.Connection, project: str, limit: int) -> list[Factor]:
    """Return the primes found last in the numbers of a project; those of division by small primes are left out."""
    rows = connection.execute(
        f"SELECT * FROM factors WHERE {_PRIMES} AND EXISTS"
        " (SELECT 1 FROM projects WHERE project = ? AND projects.number = factors.number)"
        " ORDER BY factor DESC LIMIT ?",
        (project, limit),
    )
    return [Factor(*row) for row in rows]


def feed(connection: sqlite3.Connection, since: int, limit: int, offset: int) -> tuple[list[Factor], int]:
    """Return factors found from a time on (microseconds UTC), the newest first, and how many there are in all."""
    (total,) = connection.execute("SELECT count(*) FROM factors WHERE recorded_at >= ?", (since,)).fetchone()
    select, order = "SELECT * FROM factors WHERE recorded_at >= ?", "recorded_at DESC, factor DESC"
    rows = rows_of_page(connection, select, (since,), order, total, limit, offset)
    return [Factor(*row) for row in rows], total


def factor_by_id(connection: sqlite3.Connection, factor: int) -> Factor | None:
    """Return one factor."""
    row = connection.execute("SELECT * FROM factors WHERE factor = ?", (factor,)).fetchone()
    return Factor(*row) if row else None


def primes_behind(connection: sqlite3.Connection, factor: int, least_digits: int) -> tuple[int, list[str]]:
    """Return the primes from so many digits on that were recorded behind the factor of an id, and the newest id."""
    rows = connection.execute(
        "SELECT factor, value FROM factors WHERE factor > ? AND primality <> 'composite' AND digits >= ? ORDER BY factor",
        (factor, least_digits),
    ).fetchall()
    return (rows[-1][0] if rows else factor), list(dict.fromkeys(value for _, value in rows))


def without_order(connection: sqlite3.Connection, most_digits: int, limit: int) -> list[Factor]:
    """Return primes said to have been found by a known curve whose order was not computed yet, the smallest first."""
    rows = connection.execute(
        "SELECT * FROM factors WHERE sigma <> '' AND param IS NOT NULL AND primality <> 'composite' AND verdict IS NULL"
        " AND digits <= ? ORDER BY digits, factor LIMIT ?",
        (most_digits, limit),
    )
    return [Factor(*row) for row in rows]
