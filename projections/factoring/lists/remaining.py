"""Work that remains of all numbers, and of every project: how many open ones there are of each size and t-level.

A row changes only when a number comes to another whole digit, so that reports cost next to nothing; from the rows
follows what work is left, without a look at numbers of which there may be very many.
"""

import sqlite3

from msgspec import Struct

ALL = ""
"""In the place of a project: all numbers together."""
_SLACK_MILLI = 5
"""As close to a t-level as this is there; as in `core.factoring.mathematics.levels.ladder`."""


def _level(row: str) -> str:
    return f"({row}.t_milli + {_SLACK_MILLI}) / 1000"


def _counted(row: str) -> str:
    return f"({row}.status = 'open' AND {row}.shelf = '')"


def _add(sign: str, project: str, row: str, source: str) -> str:
    return f"""
    INSERT INTO remaining SELECT {project}, {row}.digits, {_level(row)}, {row}.target_milli, {sign}1 {source}
    ON CONFLICT DO UPDATE SET numbers = numbers + excluded.numbers;"""


def _drop(row: str, project: str) -> str:
    return f"""
    DELETE FROM remaining WHERE {project} AND digits = {row}.digits AND level = {_level(row)}
        AND target_milli = {row}.target_milli AND numbers = 0;"""


SCHEMA = f"""
CREATE TABLE remaining (
    project TEXT NOT NULL,         -- its name; empty: all numbers
    digits INTEGER NOT NULL,
    level INTEGER NOT NULL,        -- the whole digits of the t-level
    target_milli INTEGER NOT NULL,
    numbers INTEGER NOT NULL,      -- open ones that are assigned
    PRIMARY KEY (project, digits, level, target_milli)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER remaining_new AFTER INSERT ON numbers WHEN {_counted("new")} BEGIN
    {_add("+", f"'{ALL}'", "new", "WHERE true")}
END;
CREATE TRIGGER remaining_changed AFTER UPDATE ON numbers
WHEN ({_counted("old")}, {_level("old")}, old.target_milli) IS NOT ({_counted("new")}, {_level("new")}, new.target_milli)
BEGIN
    {_add("-", f"'{ALL}'", "old", f"WHERE {_counted('old')}")}
    {_add("-", "projects.project", "old", f"FROM projects WHERE projects.number = old.number AND {_counted('old')}")}
    {_add("+", f"'{ALL}'", "new", f"WHERE {_counted('new')}")}
    {_add("+", "projects.project", "new", f"FROM projects WHERE projects.number = new.number AND {_counted('new')}")}
    {_drop("old", f"project = '{ALL}'")}
    {_drop("old", "project IN (SELECT project FROM projects WHERE number = old.number)")}
END;
CREATE TRIGGER remaining_joined AFTER INSERT ON projects BEGIN
    {_add("+", "new.project", "numbers", f"FROM numbers WHERE numbers.number = new.number AND {_counted('numbers')}")}
END;
"""


class Remaining(Struct, frozen=True, gc=False):
    """How many open numbers there are of one size, at one t-level (whole digits), with one target (thousandths)."""

    digits: int
    level: int
    target_milli: int
    numbers: int

    @property
    def t_milli(self) -> int:
        """About where they stand: in the middle of the digit, or of what of it lies below the target; or at nothing."""
        begin = self.level * 1000
        return (begin + min(begin + 1000, max(self.target_milli, begin))) // 2 if self.level else 0


def remaining(connection: sqlite3.Connection, project: str = ALL) -> list[Remaining]:
    """Return what remains to be done of a project's numbers, or of all."""
    rows = connection.execute(
        "SELECT digits, level, target_milli, numbers FROM remaining WHERE project = ?", (project,)
    )
    return [Remaining(*row) for row in rows]


def remaining_held(connection: sqlite3.Connection) -> list[Remaining]:
    """Return the same of the numbers that somebody holds."""
    rows = connection.execute(
        f"SELECT digits, {_level('brief')}, target_milli, count(*) FROM numbers AS brief INDEXED BY in_brief"
        " WHERE number IN (SELECT number FROM numbers INDEXED BY held WHERE status = 'open' AND shelf = '' AND leases > 0)"
        " GROUP BY 1, 2, 3"
    )
    return [Remaining(*row) for row in rows]
