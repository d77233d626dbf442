"""Questions about numbers that are answered from the state's own tables."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from core.factoring.state.assignment import Assignment
from core.factoring.state.numbers import Number
from core.leases.decide import Lease
from projections.factoring.assignment import assignments
from projections.factoring.assignment.assignments import assignment_of
from projections.factoring.lists import tallies, texts
from projections.factoring.lists.ranking import ranked
from projections.factoring.lists.trigrams import Among
from projections.factoring.numbers.family import Family
from projections.factoring.numbers.ordering import has_many, of_project
from projections.factoring.numbers.table import COLUMNS, number_of
from projections.runtime.paging import rows_of_page

Sort = Literal["id", "digits", "priority", "t_level", "target", "distance", "cpu_time"]
_SORTED_BY: dict[Sort, str] = {
    "id": "number",
    "digits": "digits",
    "priority": "priority",
    "t_level": "t_milli",
    "target": "target_milli",
    "distance": "target_milli - t_milli",
    "cpu_time": "cpu_milliseconds",
}

_AT_ONCE = 500


class Search(Struct, frozen=True, kw_only=True):
    """Which numbers to list.

    Attributes:
        status: one of the statuses, None for all.
        project: only numbers that belong to it.
        min_digits: at least so many digits.
        max_digits: at most so many.
        min_priority: at least this.
        text: part of the value, of the expression or of the name.
        among: the numbers among which those are that have it in their value or expression; None for all.
        shelf: only those on this shelf, the empty one for those that are assigned; None for all but the deleted.
        sort: by what.
        descending: the largest first.
        page: from 1.
        size: numbers on a page.
    """

    status: str | None = None
    project: str | None = None
    min_digits: int | None = None
    max_digits: int | None = None
    min_priority: int | None = None
    text: str | None = None
    among: Among | None = None
    shelf: str | None = None
    sort: Sort = "id"
    descending: bool = False
    page: int = 1
    size: int = 100


class Page(Struct, frozen=True):
    """One page of numbers, and how many there are in all."""

    numbers: list[Number]
    total: int


class Held(Struct, frozen=True):
    """An assignment with its lease."""

    assignment: Assignment
    lease: Lease


def search(connection: sqlite3.Connection, wanted: Search) -> Page:
    """List numbers."""
    place = (wanted.size, (wanted.page - 1) * wanted.size)
    listed, values, rank, order = _listed(wanted)
    if wanted.text is None or (wanted.project is None and texts.is_brief(wanted.text, wanted.among)):
        total = _tallied(connection, wanted)
        if total is None:
            (total,) = connection.execute(f"SELECT count(*) {listed}", values).fetchone()
        if rank == "number":
            rows = rows_of_page(connection, f"SELECT number {listed}", values, f"{rank} {order}", total, *place)
            chosen = [number for (number,) in rows]
        else:
            by = f"-({rank})" if wanted.descending else rank
            chosen = ranked(connection, (listed, values), by, total, *place)
    else:  # looking into texts takes long: once for the page and for how many there are
        *rows, (_, total) = connection.execute(
            f"WITH found AS MATERIALIZED (SELECT number, {rank} AS rank {listed})"
            " SELECT number, 0 FROM (SELECT number FROM found"
            f" ORDER BY rank {order} LIMIT ? OFFSET ?) UNION ALL SELECT NULL, count(*) FROM found",
            (*values, *place),
        ).fetchall()
        chosen = [number for number, _ in rows]
    known = numbers_by_id(connection, chosen)
    return Page([known[number] for number in chosen], total)


def everything(connection: sqlite3.Connection, wanted: Search) -> Iterator[Number]:
    """Return every number that is to be listed, one after the other, whatever the page; none but a few are in memory."""
    listed, values, rank, order = _listed(wanted)
    cursor = connection.execute(f"SELECT number {listed} ORDER BY {rank} {order}", values)
    while rows := cursor.fetchmany(_AT_ONCE):
        known = numbers_by_id(connection, [number for (number,) in rows])
        yield from (known[number] for (number,) in rows)


def _listed(wanted: Search) -> tuple[str, Sequence[object], str, str]:
    """Return from where numbers are listed, the values bound there, by what they are sorted, and in what order."""
    where, values = _conditions(wanted)
    numbers = "numbers INDEXED BY in_brief"
    source = numbers if wanted.project is None else f"projects CROSS JOIN {numbers} USING (number)"
    order = f"{'DESC' if wanted.descending else 'ASC'}, number"
    return f"FROM {source} WHERE {where}", values, _SORTED_BY[wanted.sort], order


def _tallied(connection: sqlite3.Connection, wanted: Search) -> int | None:
    """Return how many numbers are listed when that is kept as they change, None when they have to be counted."""
    if any(asked is not None for asked in (wanted.text, wanted.min_digits, wanted.max_digits, wanted.min_priority)):
        return None
    if wanted.project is None:
        return tallies.count_listed(connection, wanted.status, wanted.shelf)
    return tallies.count_in_project(connection, wanted.project, wanted.status) if wanted.shelf is None else None


def containing(connection: sqlite3.Connection, text: str, limit: int, among: Among | None = None) -> list[Number]:
    """Return the first numbers that have a text in their value, expression or name, by id, without counting the others."""
    contains, values = texts.contains(text, among)
    rows = connection.execute(
        f"SELECT number FROM numbers INDEXED BY in_brief WHERE shelf <> 'deleted' AND {contains} ORDER BY number LIMIT ?",
        (*values, limit),
    )
    chosen = [number for (number,) in rows]
    known = numbers_by_id(connection, chosen)
    return [known[number] for number in chosen]


def nearest_in(connection: sqlite3.Connection, project: str, limit: int) -> list[Number]:
    """Return the open numbers of a project that are nearest to their targets."""
    belongs = of_project(project, walked=has_many(connection, project))
    rows = connection.execute(
        f"SELECT number FROM numbers WHERE status = 'open' AND shelf <> 'deleted'{belongs}"
        " ORDER BY distance, number LIMIT ?",
        (project, limit),
    )
    chosen = [number for (number,) in rows]
    known = numbers_by_id(connection, chosen)
    return [known[number] for number in chosen]


def _conditions(wanted: Search) -> tuple[str, Sequence[object]]:
    conditions: dict[str, object] = {
        "status = ?": wanted.status,
        "project = ?": wanted.project,
        "digits >= ?": wanted.min_digits,
        "digits <= ?": wanted.max_digits,
        "priority >= ?": wanted.min_priority,
        "shelf = ?": wanted.shelf,
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    listed = ["shelf <> 'deleted'"] if wanted.shelf is None else []
    values = list(used.values())
    if wanted.text is not None:
        contains, bound = texts.contains(wanted.text, wanted.among)
        listed.append(contains)
        values = [*bound, *values]
    return " AND ".join((*listed, *used)), values


def number_by_id(connection: sqlite3.Connection, number: int) -> Number | None:
    """Return a number by its id."""
    row = connection.execute(f"SELECT {COLUMNS} FROM numbers WHERE number = ?", (number,)).fetchone()
    return number_of(row) if row else None


def numbers_by_id(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Number]:
    """Return several numbers by their ids; unknown ones are left out."""
    marks = ", ".join("?" * len(numbers))
    rows = connection.execute(f"SELECT {COLUMNS} FROM numbers WHERE number IN ({marks})", tuple(numbers))
    return {row[0]: number_of(row) for row in rows}


def number_by_text(connection: sqlite3.Connection, text: str) -> Number | None:
    """Return a number by its value in decimal, by the expression that it was submitted as, or by its name."""
    return next(iter(numbers_by_text(connection, text, 1)), None)


def numbers_by_text(connection: sqlite3.Connection, text: str, limit: int) -> list[Number]:
    """Return the numbers whose value in decimal, expression or name a text is: several may bear one name."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM numbers WHERE value = ?1 OR (expression <> '' AND expression = ?1)"
        " OR (name <> '' AND name = ?1) LIMIT ?2",
        (text, limit),
    )
    return [number_of(row) for row in rows]


def known_among(connection: sqlite3.Connection, values: Sequence[str]) -> frozenset[str]:
    """Return which of some values, in decimal, are on record."""
    marks = ", ".join("?" * len(values))
    return frozenset(v for (v,) in connection.execute(f"SELECT value FROM numbers WHERE value IN ({marks})", values))


def probable_primes(connection: sqlite3.Connection, most_digits: int, limit: int) -> list[Number]:
    """Return numbers that pass for primes and were not proved to be, the smallest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM numbers WHERE primality = 'probable' AND digits <= ? ORDER BY digits, number LIMIT ?",
        (most_digits, limit),
    )
    return [number_of(row) for row in rows]


def open_values(connection: sqlite3.Connection, after: int, limit: int) -> list[tuple[int, str]]:
    """Return the numbers behind an id that are not taken apart, finished or not, each with its value in decimal, by id."""
    rows = connection.execute(
        "SELECT number, value FROM numbers WHERE number > ? AND status IN ('open', 'finished') AND shelf <> 'deleted'"
        " ORDER BY number LIMIT ?",
        (after, limit),
    )
    return rows.fetchall()


def parts_of(connection: sqlite3.Connection, number: int) -> list[tuple[Number, int]]:
    """Return the parts that a number was split into, each with how often it divides, by id."""
    times: dict[int, int] = dict(connection.execute("SELECT part, times FROM parts WHERE number = ?", (number,)))
    parts = numbers_by_id(connection, list(times))
    return [(parts[part], times[part]) for part in sorted(parts)]


def relatives_of(connection: sqlite3.Connection, number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the ids of the numbers that this one is a part of, and of its own parts, however far."""
    family = Family(connection)
    return family.ancestors(number), family.descendants(number)


def held_on(connection: sqlite3.Connection, number: int, limit: int) -> list[Held]:
    """Return the newest assignments on a number, with how each lease stands."""
    rows = connection.execute(
        "SELECT assignments.*, leases.* FROM assignments JOIN leases ON lease = work WHERE number = ?"
        " ORDER BY position DESC LIMIT ?",
        (number, limit),
    )
    return [_held(row) for row in rows]


def live_of(connection: sqlite3.Connection, clients: Sequence[int]) -> list[Held]:
    """Return the assignments that some clients hold now, the newest first."""
    rows = connection.execute(
        "SELECT assignments.*, leases.* FROM leases JOIN assignments ON lease = work WHERE outcome IS NULL"
        f" AND leases.client IN ({', '.join('?' * len(clients))}) ORDER BY granted DESC",
        tuple(clients),
    )
    return [_held(row) for row in rows]


def _held(row: Sequence[Any]) -> Held:
    return Held(assignment_of(row), Lease(*row[assignments.COLUMNS :]))


def projects_of(connection: sqlite3.Connection, number: int) -> list[str]:
    """Return the projects that a number belongs to, by name."""
    rows = connection.execute("SELECT project FROM projects WHERE number = ? ORDER BY project", (number,))
    return [row[0] for row in rows]
