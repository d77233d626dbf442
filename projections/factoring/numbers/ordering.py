"""The order in which numbers come to somebody who asks for work: by priority, then by strategy, then by id."""

import json
import sqlite3
from heapq import nsmallest

from core.factoring.state.numbers import Strategy, Wanted
from projections.factoring.numbers.ahead import Rank
from projections.factoring.numbers.projects import NOT_RESTING

WITH_RESIDUES = (
    "WITH RECURSIVE waiting (number) AS (SELECT number FROM residues WHERE completed_by = 0 AND removed = 0"
    " UNION SELECT part FROM parts JOIN waiting USING (number)) SELECT number FROM waiting"
)
"""Selects the numbers on which residues wait for their stage 2, or on what they divide."""
_FREE = "status = 'open' AND shelf = '' AND leases = 0"
_ANY_OPEN = "SELECT 1 FROM project_tallies WHERE project = ? AND status = 'open' AND numbers > 0"
_UNCLAIMED = " AND number IN (SELECT number FROM unclaimed)"
_UNCLAIMED_WALKED = " AND EXISTS (SELECT 1 FROM unclaimed WHERE unclaimed.number = numbers.number)"
_AMONG = " AND number IN (SELECT value FROM json_each(?))"
_ORDER: dict[Strategy, str] = {"yield": "promise DESC", "ladder": "distance", "progressive": "charged_microseconds"}
_LEAST: dict[Strategy, str] = _ORDER | {"yield": "-promise"}
_MANY = 1_000
"""Numbers that make a project a large one."""


def free_numbers(connection: sqlite3.Connection, wanted: Wanted, apart: str, many: int) -> list[Rank]:
    """Return the ranks of the first numbers that are wanted and that nobody holds, the first first.

    Args:
        connection: to the table.
        wanted: which.
        apart: a further condition, `AND ...`.
        many: how many at most.
    """
    if wanted.strategy == "yield" and (wanted.min_digits or wanted.max_digits < Wanted().max_digits):
        return _free_by_size(connection, wanted, apart, many)
    statement = f"{select(wanted, f'leases = 0{apart}', what=rank_columns(wanted))} LIMIT ?"
    return connection.execute(statement, (*bounds_of(wanted), many)).fetchall()


def rank_columns(wanted: Wanted) -> str:
    """Return what selects the rank of a number, by the strategy of a wish."""
    return f"-priority, {_LEAST[wanted.strategy]}, number"


def _free_by_size(connection: sqlite3.Connection, wanted: Wanted, apart: str, many: int) -> list[Rank]:
    """Look at the first numbers of each size that is wanted: long ones promise little, and come last among all."""
    following = f"SELECT min(digits) FROM numbers INDEXED BY free_by_size WHERE {_FREE} AND digits > ? AND digits <= ?"
    first = (
        f"SELECT -priority, -promise, number FROM numbers INDEXED BY free_by_size WHERE {_FREE}{apart}"
        f" AND digits = ? AND {fits(wanted)} ORDER BY priority DESC, promise DESC, number LIMIT {many}"
    )
    found: list[Rank] = []
    size = wanted.min_digits - 1
    while True:
        (size,) = connection.execute(following, (size, wanted.max_digits)).fetchone()
        if size is None:
            return nsmallest(many, found)
        found += connection.execute(first, (size, *bounds_of(wanted)))


def first_narrowed(connection: sqlite3.Connection, wanted: Wanted, apart: str) -> int | None:
    """Return the id of the first free number of a project, of none, or among some; None when there is none.

    The numbers of a small project are looked at one by one; those of a large one are soon met among all, in their order.
    """
    if wanted.project and not connection.execute(_ANY_OPEN, (wanted.project,)).fetchone():
        return None
    source, values = ("unclaimed", ()) if wanted.unclaimed else ("projects WHERE project = ?", (wanted.project,))
    statement = select(wanted, f"leases = 0{apart}", walked=_are_many(connection, source, values))
    row = connection.execute(f"{statement} LIMIT 1", bounds_of(wanted)).fetchone()
    return row[0] if row else None


def has_many(connection: sqlite3.Connection, project: str) -> bool:
    """Tell whether a project is so large that its first number is soon met among all, in their order."""
    return _are_many(connection, "projects WHERE project = ?", (project,))


def _are_many(connection: sqlite3.Connection, source: str, values: tuple[str, ...]) -> bool:
    row = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {source} LIMIT {_MANY})", values).fetchone()
    return bool(row[0] == _MANY)


def select(wanted: Wanted, held: str, *, what: str = "number", walked: bool = False) -> str:
    """Return the statement that finds what is wanted, the first first.

    Args:
        wanted: which numbers.
        held: the condition on who holds them.
        what: the columns.
        walked: whether all numbers are looked at in their order until one is of the project, instead of all of the project.
    """
    return (
        f"SELECT {what} FROM numbers WHERE status = 'open' AND shelf = '' AND {held} AND {fits(wanted, walked=walked)}"
        f" ORDER BY priority DESC, {_ORDER[wanted.strategy]}, number"
    )


def fits(wanted: Wanted, *, walked: bool = False) -> str:
    """Return the condition that a number is wanted and does not rest, with the parameters of `bounds_of`.

    The plus keeps SQLite from looking numbers up by their sizes and sorting all of them, where an index has them in order.
    """
    unclaimed = _UNCLAIMED_WALKED if walked else _UNCLAIMED
    return (
        "priority >= ? AND +digits BETWEEN ? AND ? AND target_milli BETWEEN ? AND ? AND t_milli < ?"
        f"{NOT_RESTING}{of_project(wanted.project, walked=walked)}{unclaimed if wanted.unclaimed else ''}"
        f"{_AMONG if wanted.among else ''}"
    )


def of_project(project: str, *, walked: bool = False) -> str:
    """Return the condition that a number belongs to a project, whose name is the parameter; none for an empty name."""
    if walked and project:
        return " AND EXISTS (SELECT 1 FROM projects WHERE project = ? AND projects.number = numbers.number)"
    return " AND number IN (SELECT number FROM projects WHERE project = ?)" if project else ""


def bounds_of(wanted: Wanted) -> tuple[int | str, ...]:
    """Return the parameters of `fits`."""
    return (
        wanted.min_priority,
        wanted.min_digits,
        wanted.max_digits,
        wanted.min_target_milli,
        wanted.max_target_milli,
        wanted.below_milli,
        *([wanted.project] if wanted.project else ()),
        *([json.dumps(wanted.among)] if wanted.among else ()),
    )
