"""Attempts: one row for each report, and how many curves of each kind each number has had."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.events.prior_work import DeclaredCurves, PriorWorkDeclared
from core.factoring.events.reports import AttemptMade, CurvesRun
from core.factoring.events.residues import CurvesIdentified
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from projections.factoring.imports import DATED, moments
from projections.factoring.numbers.family import Family
from projections.factoring.numbers.shares import added_by, counting_for
from projections.runtime.rows import columns_of, insert_rows, told

NAME = "attempts"
FACTS: frozenset[type[Fact]] = frozenset({CurvesRun, AttemptMade, PriorWorkDeclared, CurvesIdentified, *DATED})
SCHEMA = """
CREATE TABLE attempts (
    attempt INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    client INTEGER NOT NULL,
    work TEXT NOT NULL,
    method TEXT NOT NULL,
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,           -- -1: GMP-ECM's default, 0: stage 1 only
    param INTEGER NOT NULL,
    curves INTEGER NOT NULL,       -- reported
    credited INTEGER NOT NULL,     -- of those, the ones that count, and not from elsewhere
    checksums INTEGER NOT NULL,    -- and those whose state after stage 1 can be checked
    cpu_milliseconds INTEGER NOT NULL,
    program TEXT NOT NULL,
    doubt TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,  -- where it was moved in, when the system replaced recorded it
    position INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_number ON attempts (number, attempt);
CREATE TABLE work_done (
    number INTEGER NOT NULL,
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,
    param INTEGER NOT NULL,
    curves INTEGER NOT NULL,       -- credited
    timed INTEGER NOT NULL,        -- reported, credited or not, with the CPU time that they took
    cpu_milliseconds INTEGER NOT NULL,
    PRIMARY KEY (number, b1, b2, param)
) STRICT, WITHOUT ROWID;
CREATE VIEW curves_done AS         -- here, or elsewhere before
    SELECT number, b1, b2, param, curves FROM work_done
    UNION ALL SELECT number, b1, b2, param, curves FROM prior_work;
"""
_KINDS_SHOWN = 8


class Attempt(Struct, frozen=True, gc=False):
    """One report; the fields are the columns of the table. Only ECM curves have a `param`, `checksums` and are `credited`.

    With the method `prior` it is a declaration of what was done elsewhere: `program` says what, and bounds are 0 when
    there are several kinds of curves.
    """

    id: int = field(name="attempt")
    number: int
    client: int
    work: str
    method: str
    b1: int
    b2: int
    param: int
    curves: int
    credited: int
    checksums: int
    cpu_milliseconds: int
    program: str
    doubt: str
    recorded_at: int
    position: int


_EMPTY: dict[str, object] = {**dict.fromkeys(columns_of(Attempt), 0), "work": "", "program": "", "doubt": ""}
"""A row of which nothing is told."""


_of_what = attrgetter("attempt", "number", "client", "work", "method", "b1", "b2", "param", "curves")
_kind = attrgetter("b1", "b2", "param")
_how = attrgetter("cpu_milliseconds", "program", "doubt")
"""The columns that a report of curves tells before and behind how many of them count."""


def _row(event: Event, moment: int, told: dict[str, object]) -> tuple[object, ...]:
    return tuple((_EMPTY | told | {"recorded_at": moment, "position": event.position}).values())


class WorkDone(Struct, frozen=True, gc=False):
    """How many curves of one kind count for a number, and on which they were run: on itself, or on one that it is a part of."""

    b1: int
    b2: int
    param: int
    curves: int
    run_on: int


def credited(fact: CurvesRun) -> int:
    """Return how many of the reported curves count."""
    return fact.anonymous + len(fact.sigmas) - len(fact.uncredited)


def _checksums(fact: CurvesRun) -> int:
    """Return how many of the reported curves have a state after stage 1 that can be checked."""
    return len(fact.checksums) - fact.checksums.count(None)


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events."""
    rows: list[tuple[object, ...]] = []
    # By number, bounds and param: how many curves count, how many came with the time that they took, and that time.
    done: defaultdict[tuple[int, int, int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    counted_anew: list[tuple[int, int]] = []  # how many curves of which reports count more, or less, than before
    told_anew: set[tuple[int, int]] = set()  # the numbers and the positions; a correction may put several events at one
    moment = moments(events)
    for event in events:
        fact = event.fact
        if isinstance(fact, CurvesRun):
            counting = credited(fact)
            rows.append((*_of_what(fact), counting, _checksums(fact), *_how(fact), moment(event), event.position))
            kind = done[fact.number, fact.b1, fact.b2, fact.param]
            kind[0] += counting
            if fact.cpu_milliseconds:
                kind[1] += fact.curves
                kind[2] += fact.cpu_milliseconds
            for raised in fact.raised:
                done[fact.number, raised.b1, raised.b2, fact.param][0] -= 1
        elif isinstance(fact, AttemptMade):
            rows.append(_row(event, moment(event), told(fact, Attempt) | {"curves": fact.runs}))
        elif isinstance(fact, PriorWorkDeclared):
            rows.append(_row(event, event.recorded_at, _prior(fact)))
        elif isinstance(fact, CurvesIdentified):
            counted_anew.append((len(fact.sigmas) - fact.anonymous, fact.attempt))
            told_anew.add((fact.number, event.position))
    for number, position in told_anew:
        # A curve that counted already, with smaller bounds, no longer counts with those.
        for bounds, curves in added_by(connection, number, position).items():
            done[number, bounds.b1, bounds.b2, bounds.param][0] += curves
    insert_rows(connection, "INSERT INTO attempts", rows)
    connection.executemany("UPDATE attempts SET credited = credited + ? WHERE attempt = ?", counted_anew)
    insert_rows(
        connection,
        "INSERT INTO work_done",
        [(*kind, *counts) for kind, counts in done.items()],
        "ON CONFLICT DO UPDATE SET curves = curves + excluded.curves, timed = timed + excluded.timed,"
        " cpu_milliseconds = cpu_milliseconds + excluded.cpu_milliseconds",
    )


def _prior(fact: PriorWorkDeclared) -> dict[str, object]:
    kinds = [*([fact.level] if fact.level else []), *fact.curves]
    only = kinds[0] if len(kinds) == 1 else DeclaredCurves(0, 0, 0, 0)
    curves = sum(kind.curves for kind in kinds)
    return told(fact, Attempt) | {
        "method": "prior",
        "b1": only.b1,
        "b2": only.b2,
        "param": only.param,
        "curves": curves,
        "credited": curves,
        "program": _declaration(fact),
    }


def _declaration(fact: PriorWorkDeclared) -> str:
    """Write what was declared in the grammar of `tallystick tlevel`, the first few kinds of it."""
    told = [f"t{fact.t_milli / 1000:g}"] if fact.t_milli else []
    told += [
        f"{one.curves}@{one.b1}{'' if one.b2 == DEFAULT_B2 else f',{one.b2}'},p={one.param}"
        for one in fact.curves[:_KINDS_SHOWN]
    ]
    more = len(fact.curves) - _KINDS_SHOWN
    return "; ".join([*told, *([f"{more} kinds more"] if more > 0 else [])])


def count_by_method(connection: sqlite3.Connection, number: int) -> dict[str, int]:
    """Count the reports on a number by their methods."""
    rows = connection.execute("SELECT method, count(*) FROM attempts WHERE number = ? GROUP BY method", (number,))
    return dict(rows)


def attempts_on(connection: sqlite3.Connection, number: int, limit: int) -> list[Attempt]:
    """Return the newest reports on a number."""
    rows = connection.execute("SELECT * FROM attempts WHERE number = ? ORDER BY attempt DESC LIMIT ?", (number, limit))
    return [Attempt(*row) for row in rows]


def attempt_by_id(connection: sqlite3.Connection, attempt: int) -> Attempt | None:
    """Return one report."""
    row = connection.execute("SELECT * FROM attempts WHERE attempt = ?", (attempt,)).fetchone()
    return Attempt(*row) if row else None


def among_by_method(connection: sqlite3.Connection, reports: Sequence[int], method: str) -> set[int]:
    """Return which of some reports are of a method."""
    rows = connection.execute(
        "SELECT attempt FROM json_each(?) CROSS JOIN attempts ON attempt = value WHERE method = ?",
        (msgspec.json.encode(reports).decode(), method),
    )
    return {attempt for (attempt,) in rows}


def work_counting_for(connection: sqlite3.Connection, number: int) -> list[WorkDone]:
    """Return the curves that count for a number, by kind: those run on itself first, then those that it inherits.

    A curve that was run on it and on what it is a part of counts once, and so does one that was run further on either.
    """
    family = Family(connection)
    wholes = family.ancestors(number)
    if not wholes and not family.parts(number):
        return _done_on(connection, number)
    left = counting_for(connection, number)
    inherited: list[WorkDone] = []
    for whole in wholes:
        for work in _done_on(connection, whole):
            bounds = Bounds(work.b1, work.b2, work.param)
            curves = min(work.curves, left[bounds])
            left[bounds] -= curves
            inherited += [replace(work, curves=curves)] if curves else []
    own = [WorkDone(bounds.b1, bounds.b2, bounds.param, curves, number) for bounds, curves in left.items() if curves]
    return [*sorted(own, key=_kind), *inherited]


def _done_on(connection: sqlite3.Connection, number: int) -> list[WorkDone]:
    """Return what was run on a number itself."""
    rows = connection.execute(
        "SELECT b1, b2, param, sum(curves), number FROM curves_done WHERE number = ? GROUP BY b1, b2, param"
        " HAVING sum(curves) > 0 ORDER BY b1, b2, param",
        (number,),
    )
    return [WorkDone(*row) for row in rows]
