"""Submitted numbers as people think of them: how each stands as a whole, with what is left of it.

A number that was split goes on in its parts. Here it has one row, whatever became of it: the composite part that is
furthest from its target stands for it, and work on any part is work on it. Rows are made anew from the tables of the
state whenever something happens to a number, to one of its parts or to what it is a part of, so that a batch may be as
long as it likes.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import astuple

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.decide import FACTORING
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit
from core.leases.events import LeaseEnded, LeaseGranted
from core.timestamps import SECOND
from projections.factoring.imports import DATED, moments
from projections.runtime.paging import rows_of_page
from projections.runtime.rows import insert_rows

NAME = "submitted"
FACTS: frozenset[type[Fact]] = frozenset(
    {LeaseGranted, LeaseEnded, *DATED, *(fact for fact in FACTORING.facts if "number" in fact.__struct_fields__)}
)
Standing = Literal["started", "waiting", "finished", "factored", "prime"]
"""`started`: work was done or is under way. `waiting`: for its first curves. `finished`: all that is left is at its
target. `prime`: it was so when it was handed in."""
_ORDER: Mapping[Standing, str] = {
    "started": "t_milli DESC, number",
    "waiting": "priority DESC, number",
    "finished": "t_milli DESC, number",
    "factored": "split_at DESC, number",
    "prime": "number",
}
STEP = 300 * SECOND
"""So long are the steps in which it is counted what came and was factored."""
SCHEMA = f"""
CREATE TABLE submitted (
    number INTEGER PRIMARY KEY,
    submitted_at INTEGER NOT NULL,
    split_at INTEGER NOT NULL,     -- when it or a part of it was split last; 0 for never
    standing TEXT NOT NULL,        -- see Standing
    remaining INTEGER NOT NULL,    -- its part that is furthest from its target (of several that are, the one with the
                                   -- highest), itself when it was not split; 0: none
    t_milli INTEGER NOT NULL,      -- of that part; of a factored number, the highest of its composite parts
    target_milli INTEGER NOT NULL, -- of that part
    digits INTEGER NOT NULL,       -- of the number itself
    priority INTEGER NOT NULL,
    leases INTEGER NOT NULL,       -- live ones, on it and its parts
    cpu_milliseconds INTEGER NOT NULL,
    shelf TEXT NOT NULL
) STRICT;
CREATE INDEX submitted_started ON submitted (t_milli DESC, number) WHERE standing = 'started' AND shelf <> 'deleted';
CREATE INDEX submitted_waiting ON submitted (priority DESC, number)
    WHERE standing = 'waiting' AND shelf <> 'deleted';
CREATE INDEX submitted_finished ON submitted (t_milli DESC, number)
    WHERE standing = 'finished' AND shelf <> 'deleted';
CREATE INDEX submitted_factored ON submitted (split_at DESC, number)
    WHERE standing = 'factored' AND shelf <> 'deleted';
CREATE TABLE submitted_tallies (
    standing TEXT PRIMARY KEY,
    numbers INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE submitted_steps (     -- how many composites came, and how many of all were factored
    step INTEGER PRIMARY KEY,      -- five minutes, since 1970-01-01, UTC
    came INTEGER NOT NULL,
    factored INTEGER NOT NULL
) STRICT;
CREATE TRIGGER submitted_new AFTER INSERT ON submitted WHEN new.shelf <> 'deleted' BEGIN
    INSERT INTO submitted_tallies VALUES (new.standing, 1) ON CONFLICT DO UPDATE SET numbers = numbers + 1;
    INSERT INTO submitted_steps SELECT new.submitted_at / {STEP}, 1, 0 WHERE new.standing <> 'prime'
    ON CONFLICT DO UPDATE SET came = came + 1;
    INSERT INTO submitted_steps SELECT new.split_at / {STEP}, 0, 1 WHERE new.standing = 'factored'
    ON CONFLICT DO UPDATE SET factored = factored + 1;
END;
CREATE TRIGGER submitted_gone AFTER DELETE ON submitted WHEN old.shelf <> 'deleted' BEGIN
    UPDATE submitted_tallies SET numbers = numbers - 1 WHERE standing = old.standing;
    DELETE FROM submitted_tallies WHERE standing = old.standing AND numbers = 0;
    UPDATE submitted_steps SET came = came - 1 WHERE step = old.submitted_at / {STEP} AND old.standing <> 'prime';
    UPDATE submitted_steps SET factored = factored - 1
        WHERE step = old.split_at / {STEP} AND old.standing = 'factored';
    DELETE FROM submitted_steps WHERE step IN (old.submitted_at / {STEP}, old.split_at / {STEP})
        AND came = 0 AND factored = 0;
END;
"""
_STREAM = "composite-"
_HELD = 500
_ABOVE = """
WITH RECURSIVE above (origin, number) AS (
    SELECT value, value FROM json_each(?) UNION SELECT origin, parts.number FROM parts JOIN above ON part = above.number
)
SELECT origin, number FROM above
"""
_FIRST_ABOVE = """
WITH RECURSIVE above (origin, number) AS (
    SELECT value, value FROM json_each(?)
    UNION ALL SELECT origin, (SELECT min(parts.number) FROM parts WHERE part = above.number) FROM above
    WHERE number IS NOT NULL
)
SELECT origin, min(submitted.number) FROM above CROSS JOIN submitted USING (number) GROUP BY origin
"""
# What happens to a number changes its parts, but for the primes: those stay as they are, and a small one is a part of very many.
_CONCERNED = """
WITH RECURSIVE below (number) AS (
    SELECT value FROM json_each(?)
    UNION SELECT part FROM below CROSS JOIN parts USING (number)
        CROSS JOIN numbers INDEXED BY in_brief ON numbers.number = part WHERE status <> 'prime'
),
above (number) AS (
    SELECT number FROM below UNION SELECT parts.number FROM parts JOIN above ON part = above.number
)
SELECT number, submitted_at, split_at FROM submitted JOIN above USING (number)
"""
_TREES = """
WITH RECURSIVE tree (root, number) AS (
    SELECT value, value FROM json_each(?) UNION SELECT root, part FROM tree JOIN parts USING (number)
)
SELECT root, number, status, t_milli, target_milli, cpu_milliseconds, leases, digits, priority, shelf
FROM tree CROSS JOIN numbers INDEXED BY in_brief USING (number)
"""


class _Part(NamedTuple):
    """A number in the tree of one that was submitted, which may be that one itself."""

    number: int
    status: str
    t_milli: int
    target_milli: int
    cpu_milliseconds: int
    leases: int
    digits: int
    priority: int
    shelf: str


class Submitted(Struct, frozen=True, gc=False):
    """How a submitted number stands; the fields are the columns of the table."""

    number: int
    submitted_at: int
    split_at: int
    standing: Standing
    remaining: int
    t_milli: int
    target_milli: int
    digits: int
    priority: int
    leases: int
    cpu_milliseconds: int
    shelf: str

    @property
    def factored(self) -> bool:
        """Whether nothing is left of it."""
        return self.standing in {"factored", "prime"}

    @property
    def begun(self) -> bool:
        """Whether curves count for what is left of it."""
        return self.t_milli > 0


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events: make the rows anew of the numbers to which something happened."""
    moment = moments(events)
    kinds: dict[type[Fact], list[Any]] = {}
    for event in events:
        kinds.setdefault(type(event.fact), []).append(event)
    rows = _concerned(kinds, connection)
    rows |= {event.fact.number: (moment(event), 0) for event in kinds.get(CompositeSubmitted, ())}
    split = {event.fact.number: moment(event) for event in kinds.get(NumberSplit, ())}
    for origin, root in connection.execute(_ABOVE, (json.dumps(list(split)),)) if split else ():
        if root in rows:
            came, before = rows[root]
            rows[root] = came, max(before, split[origin])
    if rows:
        connection.execute(
            "DELETE FROM submitted WHERE number IN (SELECT value FROM json_each(?))", (json.dumps(list(rows)),)
        )
        trees: dict[int, list[_Part]] = {}
        for root, *part in connection.execute(_TREES, (json.dumps(list(rows)),)):
            trees.setdefault(root, []).append(_Part(*part))
        anew = [astuple(_standing(root, *rows[root], tree)) for root, tree in sorted(trees.items())]
        insert_rows(connection, "INSERT INTO submitted", anew)


def _standing(root: int, submitted_at: int, split_at: int, tree: Sequence[_Part]) -> Submitted:
    """Return how a submitted number stands, from all that it was split into and itself."""
    whole = next(part for part in tree if part.number == root)
    remaining = [part for part in tree if part.status in {"open", "finished"}]
    furthest = max(
        remaining, key=lambda part: (part.target_milli - part.t_milli, part.target_milli, -part.number), default=None
    )
    worked = any(part.leases or part.cpu_milliseconds or (part.status == "open" and part.t_milli) for part in tree)
    standing: Standing
    if whole.status == "prime":
        standing = "prime"
    elif furthest is None:
        standing = "factored"
    elif all(part.status == "finished" for part in remaining):
        standing = "finished"
    else:
        standing = "started" if worked else "waiting"
    return Submitted(
        number=root,
        submitted_at=submitted_at,
        split_at=split_at,
        standing=standing,
        remaining=furthest.number if furthest else 0,
        t_milli=furthest.t_milli
        if furthest
        else max((part.t_milli for part in tree if part.status != "prime"), default=0),
        target_milli=furthest.target_milli if furthest else 0,
        digits=whole.digits,
        priority=whole.priority,
        leases=sum(part.leases for part in tree),
        cpu_milliseconds=sum(part.cpu_milliseconds for part in tree),
        shelf=whole.shelf,
    )


def _concerned(kinds: Mapping[type[Fact], Sequence[Any]], connection: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """Return the submitted numbers that events, by their kinds, concern, with when they came and were split last."""
    granted = {event.fact.lease: event.fact.subject for event in kinds.get(LeaseGranted, ())}
    ended = [event.fact.lease for event in kinds.get(LeaseEnded, ()) if event.fact.lease not in granted]
    subjects = set(granted.values())
    if ended:
        found = connection.execute(
            "SELECT subject FROM leases WHERE lease IN (SELECT value FROM json_each(?))", (json.dumps(ended),)
        )
        subjects.update(subject for (subject,) in found)
    touched = {int(subject.removeprefix(_STREAM)) for subject in subjects if subject.startswith(_STREAM)}
    for kind, events in kinds.items():
        if "number" in kind.__struct_fields__:
            touched.update([event.fact.number for event in events])
    if not touched:
        return {}
    rows = connection.execute(_CONCERNED, (json.dumps(sorted(touched)),))
    return {number: (came, split) for number, came, split in rows}


def tallies(connection: sqlite3.Connection) -> dict[Standing, int]:
    """Count the submitted numbers by how they stand; those that were taken off the list are not counted."""
    return dict(connection.execute("SELECT standing, numbers FROM submitted_tallies"))


def listed(connection: sqlite3.Connection, standing: Standing, limit: int, offset: int = 0) -> list[Submitted]:
    """Return submitted numbers that stand in one way, in the order of that: by t-level, priority, or the newest first."""
    select = f"SELECT * FROM submitted WHERE standing = '{standing}' AND shelf <> 'deleted'"
    total = tallies(connection).get(standing, 0)
    rows = rows_of_page(connection, select, (), _ORDER[standing], total, limit, offset)
    return [Submitted(*row) for row in rows]


def in_progress(connection: sqlite3.Connection, limit: int) -> list[Submitted]:
    """Return started numbers: those that somebody works on, by their share of the way, then those with the highest level."""
    held = connection.execute(
        "SELECT DISTINCT CAST(substr(subject, ?) AS INTEGER) FROM leases WHERE outcome IS NULL AND subject GLOB ? LIMIT ?",
        (len(_STREAM) + 1, f"{_STREAM}*", _HELD),
    )
    wholes = roots(connection, [number for (number,) in held])
    running = by_number(connection, {root for each in wholes.values() for root in each})
    first = sorted(
        (row for row in running.values() if row.standing == "started" and row.shelf != "deleted"),
        key=lambda row: (-row.t_milli / max(row.target_milli, 1), row.number),
    )
    others = [row for row in listed(connection, "started", limit + len(first)) if row.number not in running]
    return [*first, *others][:limit]


def by_number(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Submitted]:
    """Return those of some numbers that were submitted."""
    rows = connection.execute(
        "SELECT * FROM submitted WHERE number IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),)
    )
    return {row[0]: Submitted(*row) for row in rows}


def roots(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, list[int]]:
    """Return of which submitted numbers some numbers are parts, or which they are themselves, by id."""
    found: dict[int, list[int]] = {}
    rows = connection.execute(
        f"{_ABOVE} JOIN submitted USING (number) ORDER BY origin, number", (json.dumps(list(numbers)),)
    )
    for origin, root in rows:
        found.setdefault(origin, []).append(root)
    return found


def first_roots(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, int]:
    """Return of which submitted number each of some numbers is a part, or which it is itself: of several the first.

    A small prime is a part of very many numbers, so that only the first whole of each is followed upwards.
    """
    return dict(connection.execute(_FIRST_ABOVE, (json.dumps(list(numbers)),)))


def unfactored(connection: sqlite3.Connection, since: int, steps: int) -> tuple[int, dict[int, int]]:
    """Return how many composites were not factored before a time, and how that changed in each stretch from it on.

    Args:
        connection: to the tables.
        since: the first stretch, counted from 1970-01-01.
        steps: how long stretches are.
    """
    rows = connection.execute(
        "SELECT step / ?1, sum(came - factored) FROM submitted_steps WHERE step >= ?1 * ?2 GROUP BY 1 ORDER BY 1",
        (steps, since),
    )
    changes: dict[int, int] = dict(rows)
    left = sum(number for standing, number in tallies(connection).items() if standing not in {"prime", "factored"})
    return left - sum(changes.values()), changes
