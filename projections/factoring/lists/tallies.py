"""How many numbers of each kind there are, in all and in every project, kept as they change: there may be very many.

The triggers see each row as it was and as it is, so that the tallies fit the tables after every statement, whatever a
batch held back before it.
"""

import sqlite3
from collections import Counter

from msgspec import Struct

_STEP = 5
PRIMES = "method <> 'division' AND primality <> 'composite'"
"""The condition of a factor that was worked for: where two primes are found at once, each counts when they are split."""


def _level(row: str) -> str:
    return f"{row}.t_milli / {_STEP * 1000} * {_STEP}"


_COUNT_IN = f"""
    INSERT INTO number_tallies VALUES (new.shelf, new.status, {_level("new")}, 1)
    ON CONFLICT DO UPDATE SET numbers = numbers + 1;"""


def _add(sign: str, membership: str, number: str, source: str) -> str:
    """Return the statement of a trigger that counts numbers of projects in (`+`) or out (`-`).

    Args:
        sign: of the change.
        membership: where project and part stand.
        number: where the number's columns stand.
        source: the tables that are looked at, with the condition.
    """
    return f"""
    INSERT INTO project_tallies
    SELECT {membership}.project, {membership}.part, {number}.status, {_level(number)}, {sign}1,
        {sign}({number}.status = 'open' AND {number}.target_milli - {number}.t_milli <= {_STEP * 1000}),
        {sign}{number}.cpu_milliseconds
    FROM {source} AND {number}.shelf <> 'deleted'
    ON CONFLICT DO UPDATE SET numbers = numbers + excluded.numbers, near = near + excluded.near,
        cpu_milliseconds = cpu_milliseconds + excluded.cpu_milliseconds;"""


SCHEMA = f"""
CREATE TABLE number_tallies (
    shelf TEXT NOT NULL,
    status TEXT NOT NULL,
    level INTEGER NOT NULL,        -- the t-level, in steps of five digits
    numbers INTEGER NOT NULL,
    PRIMARY KEY (shelf, status, level)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tally_new AFTER INSERT ON numbers BEGIN{_COUNT_IN}
END;
CREATE TRIGGER tally_moved AFTER UPDATE ON numbers
WHEN (old.shelf, old.status, {_level("old")}) IS NOT (new.shelf, new.status, {_level("new")}) BEGIN{_COUNT_IN}
    UPDATE number_tallies SET numbers = numbers - 1
        WHERE shelf = old.shelf AND status = old.status AND level = {_level("old")};
    DELETE FROM number_tallies
        WHERE shelf = old.shelf AND status = old.status AND level = {_level("old")} AND numbers = 0;
END;
CREATE TABLE project_tallies (
    project TEXT NOT NULL,         -- its name
    part INTEGER NOT NULL,         -- whether it counts parts of others in the project
    status TEXT NOT NULL,
    level INTEGER NOT NULL,        -- the t-level, in steps of five digits
    numbers INTEGER NOT NULL,      -- those taken off the list are not counted
    near INTEGER NOT NULL,         -- how many are open and within five digits of their targets
    cpu_milliseconds INTEGER NOT NULL,
    PRIMARY KEY (project, part, status, level)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tally_joined AFTER INSERT ON projects BEGIN
    {_add("+", "new", "numbers", "numbers WHERE number = new.number")}
END;
CREATE TRIGGER tally_part AFTER UPDATE OF part ON projects WHEN old.part <> new.part BEGIN
    {_add("-", "old", "numbers", "numbers WHERE number = old.number")}
    {_add("+", "new", "numbers", "numbers WHERE number = new.number")}
    DELETE FROM project_tallies WHERE project = old.project AND numbers = 0;
END;
CREATE TRIGGER tally_changed AFTER UPDATE ON numbers
WHEN (old.status, old.shelf, old.t_milli, old.target_milli, old.cpu_milliseconds)
    IS NOT (new.status, new.shelf, new.t_milli, new.target_milli, new.cpu_milliseconds)
BEGIN
    {_add("-", "projects", "old", "projects WHERE projects.number = old.number")}
    {_add("+", "projects", "new", "projects WHERE projects.number = new.number")}
    DELETE FROM project_tallies WHERE status = old.status AND level = {_level("old")}
        AND numbers = 0 AND (project, part) IN (SELECT project, part FROM projects WHERE number = old.number);
END;
CREATE TABLE project_factors (
    project TEXT PRIMARY KEY,      -- its name
    found INTEGER NOT NULL         -- primes in its numbers, but by division by small primes
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tally_brought AFTER INSERT ON projects
WHEN EXISTS (SELECT 1 FROM factors WHERE number = new.number AND {PRIMES})
BEGIN
    INSERT INTO project_factors SELECT new.project, count(*) FROM factors
    WHERE number = new.number AND {PRIMES}
    ON CONFLICT DO UPDATE SET found = found + excluded.found;
END;
"""
FOUND = """
CREATE TRIGGER tally_found AFTER INSERT ON factors WHEN new.method <> 'division' AND new.primality <> 'composite' BEGIN
    INSERT INTO project_factors SELECT project, 1 FROM projects WHERE number = new.number
    ON CONFLICT DO UPDATE SET found = found + 1;
END;
"""
"""To stand behind the table of factors."""


class ProjectTally(Struct, frozen=True):
    """How far the numbers of a project are; parts are counted for themselves here, but not what was taken off the list.

    Attributes:
        by_status: how many numbers there are of each status.
        by_t_level: how many open or finished ones there are by t-level, in steps of five digits.
        cpu_milliseconds: spent on the numbers.
        factors: found in them; what division by small primes finds is no find.
        nearest: how many open ones are within five digits of their targets.
    """

    by_status: dict[str, int]
    by_t_level: dict[int, int]
    cpu_milliseconds: int
    factors: int
    nearest: int


def tally_of(connection: sqlite3.Connection, name: str) -> ProjectTally:
    """Return how far the numbers of a project are."""
    by_status: Counter[str] = Counter()
    by_t_level: Counter[int] = Counter()
    cpu = nearest = 0
    tallies = connection.execute(
        "SELECT status, level, numbers, cpu_milliseconds, near FROM project_tallies WHERE project = ?"
        " ORDER BY status, level",
        (name,),
    )
    for status, level, numbers, cpu_milliseconds, near in tallies:
        by_status[status] += numbers
        if status in {"open", "finished"}:
            by_t_level[level] += numbers
        cpu, nearest = cpu + cpu_milliseconds, nearest + near
    found = connection.execute("SELECT found FROM project_factors WHERE project = ?", (name,)).fetchone()
    return ProjectTally(
        by_status=dict(by_status),
        by_t_level=dict(sorted(by_t_level.items())),
        cpu_milliseconds=cpu,
        factors=found[0] if found else 0,
        nearest=nearest,
    )


def count_listed(connection: sqlite3.Connection, status: str | None, shelf: str | None) -> int:
    """Count numbers of a status (None: any) on a shelf, the empty one for those assigned; None: all but the deleted."""
    row = connection.execute(
        "SELECT coalesce(sum(numbers), 0) FROM number_tallies WHERE (?1 IS NULL OR status = ?1)"
        " AND CASE WHEN ?2 IS NULL THEN shelf <> 'deleted' ELSE shelf = ?2 END",
        (status, shelf),
    ).fetchone()
    return int(row[0])


def count_in_project(connection: sqlite3.Connection, name: str, status: str | None) -> int:
    """Count the numbers of a project, of a status (None: any), those taken off the list not among them."""
    row = connection.execute(
        "SELECT coalesce(sum(numbers), 0) FROM project_tallies WHERE project = ?1 AND (?2 IS NULL OR status = ?2)",
        (name, status),
    ).fetchone()
    return int(row[0])
