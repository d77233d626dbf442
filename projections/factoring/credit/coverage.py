"""How far P-1 and P+1 have been run on each number; what was run on a number counts for its parts."""

import sqlite3
from collections.abc import Sequence

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.assignment.p1 import p1_b1
from core.factoring.commands.assignment import P1Method
from core.factoring.events.numbers import NumberSplit
from core.factoring.events.reports import AttemptMade
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.state.numbers import Wanted
from projections.factoring.numbers.family import Family
from projections.factoring.numbers.ordering import of_project
from projections.factoring.numbers.projects import NOT_RESTING

NAME = "coverage"
FACTS: frozenset[type[Fact]] = frozenset({AttemptMade, NumberSplit})
SCHEMA = """
CREATE TABLE coverage (
    number INTEGER NOT NULL,
    method TEXT NOT NULL,          -- pm1, pp1
    b1 INTEGER NOT NULL,           -- the largest
    PRIMARY KEY (number, method)
) STRICT, WITHOUT ROWID;
"""
_METHODS: dict[P1Method, tuple[str, ...]] = {"pm1": ("pm1",), "pp1": ("pp1",), "p1": ("pm1", "pp1")}


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events; the largest B1 is the same whether a split of the batch is looked at before a run or behind it."""
    family = Family(connection)
    for event in events:
        fact = event.fact
        if isinstance(fact, AttemptMade) and fact.method in _METHODS["p1"] and fact.runs:
            _cover(fact.number, [(fact.method, fact.b1)], family, connection)
        elif isinstance(fact, NumberSplit):
            runs = connection.execute("SELECT method, b1 FROM coverage WHERE number = ?", (fact.number,)).fetchall()
            _cover(fact.number, runs, family, connection)


def _cover(number: int, runs: Sequence[tuple[str, int]], family: Family, connection: sqlite3.Connection) -> None:
    """Count runs for a number and its parts."""
    connection.executemany(
        "INSERT INTO coverage VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET b1 = max(b1, excluded.b1)",
        [(one, *run) for one in (number, *family.descendants(number)) for run in runs],
    )


def lacking(connection: sqlite3.Connection, method: P1Method, wanted: Wanted, limit: int) -> tuple[int, ...]:
    """Return the ids of numbers that nobody holds and on which a method was not run far enough, the first first.

    With `p1`, those on which either was not.
    """
    steps = " ".join(f"WHEN target_milli < {row.t_milli} THEN {p1_b1(row.t_milli - 1)}" for row in STANDARD)
    enough = f"CASE {steps} ELSE {STANDARD[-1].b1} END"
    lacks = " OR ".join(
        "NOT EXISTS (SELECT 1 FROM coverage WHERE coverage.number = numbers.number"
        f" AND method = '{one}' AND b1 >= {enough})"
        for one in _METHODS[method]
    )
    rows = connection.execute(
        "SELECT number FROM numbers WHERE status IN ('open', 'finished') AND shelf = '' AND leases = 0"
        " AND priority >= ? AND digits BETWEEN ? AND ? AND target_milli BETWEEN ? AND ?"
        f"{NOT_RESTING}{of_project(wanted.project)} AND ({lacks}) ORDER BY priority DESC, distance, number LIMIT ?",
        (
            wanted.min_priority,
            wanted.min_digits,
            wanted.max_digits,
            wanted.min_target_milli,
            wanted.max_target_milli,
            *([wanted.project] if wanted.project else ()),
            limit,
        ),
    )
    return tuple(row[0] for row in rows)
