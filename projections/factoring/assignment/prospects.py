"""The prospects of work: which numbers promise the most, how many come before one, and how much was spent in the last day."""

import json
import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from core.factoring.mathematics.levels import effort
from core.factoring.mathematics.levels.beside import effort_beside
from core.factoring.state.numbers import Number
from core.timestamps import SECOND
from projections.factoring.numbers.ordering import has_many, of_project

DAY_SECONDS = 86_400
MOST_AHEAD = 10_000
"""So many numbers at most are counted that come before another."""
_RECENT = 5_000
"""Of so many reports at most it is looked up what they took; where those are of less than a day, what a day takes follows."""


def ahead_of(connection: sqlite3.Connection, number: Number) -> int:
    """Count the open numbers on which nobody is at work and that come before one by what they promise; at most `MOST_AHEAD`."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM numbers INDEXED BY free_by_yield"
        " WHERE status = 'open' AND shelf = '' AND leases = 0 AND priority >= ?1"
        " AND (priority > ?1 OR promise > ?2) LIMIT ?3)",
        (number.priority, number.promise, MOST_AHEAD),
    ).fetchone()
    return int(row[0])


def most_promising(connection: sqlite3.Connection, limit: int, project: str = "") -> list[tuple[int, int, int]]:
    """Return the effort, digits and parametrisation of the open numbers that promise the most, of a project or of all."""
    belongs = of_project(project, walked=has_many(connection, project))
    first = (
        f"SELECT * FROM (SELECT effort, digits, param, minus_one_b1, plus_one_b1, priority, promise FROM numbers WHERE status = 'open' AND shelf = '' AND {{}}"
        f"{belongs} ORDER BY priority DESC, promise DESC, number LIMIT ?)"
    )
    rows = connection.execute(
        f"SELECT effort, digits, param, minus_one_b1, plus_one_b1 FROM ({first.format('leases = 0')} UNION ALL {first.format('leases > 0')})"
        " ORDER BY priority DESC, promise DESC LIMIT ?",
        (*2 * (*([project] if project else ()), limit), limit),
    )
    return [(effort.from_bytes(done) + effort_beside(*run), digits, param) for done, digits, param, *run in rows]


def pace_of_number(connection: sqlite3.Connection, number: int, now: int) -> float:
    """Return the CPU-seconds that were spent on a number in the last day."""
    return _pace(connection, "WHERE number = ?", (number,), "1", (), now)


def pace_of_project(connection: sqlite3.Connection, project: str, now: int) -> float:
    """Return the CPU-seconds that were spent on the numbers of a project in the last day."""
    return _pace(
        connection,
        "",
        (),
        "EXISTS (SELECT 1 FROM projects WHERE project = ? AND projects.number = newest.number)",
        (project,),
        now,
    )


def pace_of_clients(connection: sqlite3.Connection, clients: Sequence[int], now: int) -> float:
    """Return the CPU-seconds that some clients spent in the last day."""
    return _pace(connection, "", (), f"client IN ({', '.join('?' * len(clients))})", tuple(clients), now)


def pace_of_all(connection: sqlite3.Connection, now: int) -> float:
    """Return the CPU-seconds that everybody spent in the last day."""
    return _pace(connection, "", (), "1", (), now)


def _pace(
    connection: sqlite3.Connection, among: str, these: tuple[int, ...], which: str, those: tuple[object, ...], now: int
) -> float:
    since = now - DAY_SECONDS * SECOND
    newest = f"(SELECT * FROM attempts {among} ORDER BY attempt DESC LIMIT {_RECENT}) AS newest"
    spent, reports, oldest = connection.execute(
        f"SELECT coalesce(sum(cpu_milliseconds) FILTER (WHERE {which}), 0), count(*), min(recorded_at) FROM {newest}"
        " WHERE recorded_at > ?",
        (*those, *these, since),
    ).fetchone()
    whole = DAY_SECONDS if reports < _RECENT else max((now - oldest) // SECOND, 1)
    return float(spent / 1000 * DAY_SECONDS / whole)


class Late(Struct, frozen=True, gc=False):
    """Curves of one kind, on numbers of one size, that were reported in one stretch of a window of time."""

    stretch: int
    b1: int
    b2: int
    digits: int
    curves: int


class Window(Struct, frozen=True):
    """The last day, or what there is of it since work began.

    Attributes:
        begin: when it began, microseconds UTC.
        cut: whether so much was reported that it begins where enough of it is known.
        reports: what was run in it.
    """

    begin: int
    cut: bool
    reports: list[Late]


def lately(connection: sqlite3.Connection, now: int, stretches: int, project: str = "", begun: int = 0) -> Window:
    """Return the curves of the last day, by the stretch of it in which they were reported.

    Args:
        connection: to the tables.
        now: where the day ends.
        stretches: into so many, equally long, it is cut.
        project: only on its numbers; empty for all.
        begun: when work on those may have begun.
    """
    (first,) = connection.execute("SELECT recorded_at FROM attempts ORDER BY attempt LIMIT 1").fetchone() or (now,)
    return _window(connection, now, stretches, max(begun, first), _EVERYBODYS, project)


def lately_on(connection: sqlite3.Connection, now: int, stretches: int, numbers: Sequence[int], begun: int) -> Window:
    """Return the same of the curves on some numbers alone, which were there from a time on."""
    each = "number = one.value"
    reports = _Reports(f"json_each(?) AS one JOIN attempts ON {each}", (json.dumps(list(numbers)),), each)
    return _window(connection, now, stretches, begun, reports)


class _Reports(Struct, frozen=True):
    """Reports of which the newest `_RECENT` are looked at.

    Attributes:
        source: where a statement finds them.
        values: of its parameters.
        together: the condition of those among which they are the newest.
    """

    source: str
    values: tuple[str, ...]
    together: str


_EVERYBODYS = _Reports("attempts", (), "TRUE")


def _window(
    connection: sqlite3.Connection, now: int, stretches: int, begun: int, reports: _Reports, project: str = ""
) -> Window:
    oldest = (
        f"(SELECT attempt FROM attempts WHERE {reports.together} ORDER BY attempt DESC LIMIT 1 OFFSET {_RECENT - 1})"
    )
    (known,) = connection.execute(
        f"SELECT max(recorded_at) FROM {reports.source} WHERE attempt = {oldest}", reports.values
    ).fetchone()
    since = now - DAY_SECONDS * SECOND
    cut = known is not None and known > since
    begin = max(known if cut else since, begun)
    belongs = "EXISTS (SELECT 1 FROM projects WHERE project = ? AND projects.number = attempts.number)"
    rows = connection.execute(
        "SELECT min((recorded_at - ?1) * ?2 / ?3, ?2 - 1), b1, b2, digits, sum(curves)"
        f" FROM {reports.source} JOIN numbers INDEXED BY in_brief USING (number)"
        f" WHERE attempt >= coalesce({oldest}, 0) AND recorded_at >= ?1 AND method = 'ecm'"
        f" AND {belongs if project else 'TRUE'} GROUP BY 1, 2, 3, 4",
        (begin, stretches, max(now - begin, 1), *reports.values, *filter(None, [project])),
    )
    return Window(begin, cut, [Late(*row) for row in rows])
