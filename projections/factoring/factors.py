"""What was found: one row for each factor, with the curve that found it."""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from core.events.envelope import Event
from core.factoring.events import AttemptMade, CurvesRun, FactorFound

NAME = "factors"
SCHEMA = """
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
    recorded_at INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE INDEX factors_by_number ON factors (number, factor);
CREATE INDEX factors_by_time ON factors (recorded_at, factor);
"""


class Factor(Struct, frozen=True, gc=False):
    """One factor that was found; the fields are the columns of the table."""

    factor: int
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


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events; a factor stands in one command with the curves that found it."""
    rows = []
    run: CurvesRun | AttemptMade | None = None
    for event in events:
        fact = event.fact
        if isinstance(fact, CurvesRun | AttemptMade):
            run = fact
        elif isinstance(fact, FactorFound):
            by = run if run is not None and run.attempt == fact.attempt else None
            rows.append(
                (
                    fact.factor,
                    fact.number,
                    fact.value,
                    len(fact.value),
                    fact.primality,
                    fact.attempt,
                    fact.client,
                    fact.sigma,
                    by.b1 if by else None,
                    by.b2 if by else None,
                    by.param if isinstance(by, CurvesRun) else None,
                    by.method if by else "division",
                    event.recorded_at,
                    event.position,
                )
            )
    connection.executemany(f"INSERT INTO factors VALUES ({', '.join('?' * 14)})", rows)


def factors_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Factor]:
    """Return the factors found on any of these numbers, in the order in which they were found."""
    marks = ", ".join("?" * len(numbers))
    rows = connection.execute(f"SELECT * FROM factors WHERE number IN ({marks}) ORDER BY factor", tuple(numbers))
    return [Factor(*row) for row in rows]


def newest(connection: sqlite3.Connection, limit: int) -> list[Factor]:
    """Return the factors found last, the newest first."""
    return [Factor(*row) for row in connection.execute("SELECT * FROM factors ORDER BY factor DESC LIMIT ?", (limit,))]


def feed(connection: sqlite3.Connection, since: int, limit: int, offset: int) -> tuple[list[Factor], int]:
    """Return factors found from a time on (microseconds UTC), the newest first, and how many there are in all."""
    rows = connection.execute(
        "SELECT * FROM factors WHERE recorded_at >= ? ORDER BY recorded_at DESC, factor DESC LIMIT ? OFFSET ?",
        (since, limit, offset),
    )
    found = [Factor(*row) for row in rows]
    (total,) = connection.execute("SELECT count(*) FROM factors WHERE recorded_at >= ?", (since,)).fetchone()
    return found, total


def factor_by_id(connection: sqlite3.Connection, factor: int) -> Factor | None:
    """Return one factor."""
    row = connection.execute("SELECT * FROM factors WHERE factor = ?", (factor,)).fetchone()
    return Factor(*row) if row else None
