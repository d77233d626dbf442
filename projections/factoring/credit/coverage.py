"""How far P-1 and P+1 have been run on each number; what was run on a number counts for its parts."""

import sqlite3
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.assignment.p1 import p1_b1
from core.factoring.commands import P1Method
from core.factoring.events import AttemptMade, NumberSplit
from core.factoring.mathematics.standard import STANDARD
from core.factoring.state import Wanted
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
    b2 INTEGER NOT NULL,           -- with it; -1: the program's default, 0: stage 1 only
    PRIMARY KEY (number, method)
) STRICT, WITHOUT ROWID;
"""
_UPSERT = "ON CONFLICT DO UPDATE SET b1 = excluded.b1, b2 = excluded.b2 WHERE excluded.b1 > b1"
_METHODS: dict[P1Method, tuple[str, ...]] = {"pm1": ("pm1",), "pp1": ("pp1",), "p1": ("pm1", "pp1")}


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events; each concerns the parts that there were by then."""
    family = Family(connection)
    unsplit = {event.fact.number for event in events if isinstance(event.fact, NumberSplit)}
    for event in events:
        fact = event.fact
        if isinstance(fact, AttemptMade) and fact.method in _METHODS["p1"] and fact.runs:
            connection.executemany(
                f"INSERT INTO coverage VALUES (?, ?, ?, ?) {_UPSERT}",
                [(one, fact.method, fact.b1, fact.b2) for one in _with_parts(fact.number, family, unsplit)],
            )
        elif isinstance(fact, NumberSplit):
            unsplit.discard(fact.number)
            inherited = connection.execute(
                "SELECT method, b1, b2 FROM coverage WHERE number = ?", (fact.number,)
            ).fetchall()
            for part in fact.parts if inherited else ():
                connection.executemany(
                    f"INSERT INTO coverage VALUES (?, ?, ?, ?) {_UPSERT}",
                    [(one, *run) for one in _with_parts(part.number, family, unsplit) for run in inherited],
                )


def _with_parts(number: int, family: Family, unsplit: AbstractSet[int]) -> list[int]:
    """Return a number and its parts, however far down; the splits of some numbers are still to come."""
    found = [number]
    for one in found:
        if one not in unsplit:
            found += [part for part in family.parts(one) if part not in found]
    return found


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
