"""Projects, by the ids that they were given, and which numbers belong to them."""

import sqlite3
from collections import Counter

from msgspec import Struct

from core.factoring.curation.events import ProjectCreated, ProjectDeleted

SCHEMA = """
CREATE TABLE projects (
    project TEXT NOT NULL,         -- its name
    number INTEGER NOT NULL,
    PRIMARY KEY (project, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX projects_by_number ON projects (number);
CREATE TABLE project_names (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL    -- when a number joined last
) STRICT;
"""
_COUNTED = """
SELECT id, name, description, created_at, updated_at,
    count(number), coalesce(sum(status IN ('prime', 'factored')), 0)
FROM project_names
LEFT JOIN (
    SELECT project, numbers.number, status FROM projects JOIN numbers INDEXED BY in_brief ON numbers.number = projects.number
    WHERE shelf <> 'deleted' AND NOT EXISTS (
        SELECT 1 FROM parts JOIN projects AS whole ON whole.number = parts.number
        WHERE parts.part = numbers.number AND whole.project = projects.project
    )
) ON project = name
"""
"""A number that is a part of another one in the same project is not counted beside it."""


class Project(Struct, frozen=True, gc=False):
    """A project, with how many numbers belong to it, and how many of those have no composite part left."""

    project: int
    name: str
    description: str
    created_at: int
    updated_at: int
    numbers: int
    factored: int


class ProjectTable:
    """The projects in one projections file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def id_of(self, name: str) -> int | None:
        """Return the id of a project, None when there is none of this name."""
        row = self._connection.execute("SELECT id FROM project_names WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else None

    def name_of(self, project: int) -> str | None:
        """Return the name of a project, None when there is none of this id."""
        row = self._connection.execute("SELECT name FROM project_names WHERE id = ?", (project,)).fetchone()
        return str(row[0]) if row else None

    def holds(self, name: str, number: int) -> bool:
        """Tell whether a number belongs to a project."""
        row = self._connection.execute(
            "SELECT 1 FROM projects WHERE project = ? AND number = ?", (name, number)
        ).fetchone()
        return row is not None

    def create(self, fact: ProjectCreated, moment: int) -> None:
        """Add a project."""
        self._connection.execute(
            "INSERT INTO project_names VALUES (?, ?, ?, ?, ?)",
            (fact.project, fact.name, fact.description, moment, moment),
        )

    def delete(self, fact: ProjectDeleted) -> None:
        """Take a project away; its numbers stay."""
        self._connection.execute("DELETE FROM project_names WHERE id = ?", (fact.project,))
        self._connection.execute("DELETE FROM projects WHERE project = ?", (fact.name,))

    def join(self, name: str, number: int, moment: int) -> None:
        """Have a number belong to a project."""
        self._connection.execute("INSERT OR IGNORE INTO projects VALUES (?, ?)", (name, number))
        self._connection.execute("UPDATE project_names SET updated_at = ? WHERE name = ?", (moment, name))

    def inherit(self, number: int, part: int) -> None:
        """Have a part belong to whatever the number belongs to that it is a part of."""
        self._connection.execute(
            "INSERT OR IGNORE INTO projects SELECT project, ? FROM projects WHERE number = ?", (part, number)
        )


def listed(connection: sqlite3.Connection) -> list[Project]:
    """Return every project, by id."""
    return [Project(*row) for row in connection.execute(f"{_COUNTED} GROUP BY id ORDER BY id")]


def by_id(connection: sqlite3.Connection, project: int) -> Project | None:
    """Return a project by its id."""
    row = connection.execute(f"{_COUNTED} WHERE id = ? GROUP BY id", (project,)).fetchone()
    return Project(*row) if row else None


def by_name(connection: sqlite3.Connection, name: str) -> Project | None:
    """Return a project by its name."""
    row = connection.execute(f"{_COUNTED} WHERE name = ? GROUP BY id", (name,)).fetchone()
    return Project(*row) if row else None


class Standing(Struct, frozen=True):
    """How far the numbers of a project are; parts are counted for themselves here, but not what was taken off the list.

    Attributes:
        by_status: how many numbers there are of each status.
        by_t_level: how many open or finished ones there are by t-level, in steps of five digits.
        cpu_milliseconds: spent on the numbers that are no parts of others in the project.
        factors: found in them.
        nearest: how many open ones are within five digits of their targets.
    """

    by_status: dict[str, int]
    by_t_level: dict[int, int]
    cpu_milliseconds: int
    factors: int
    nearest: int


_IN_PROJECT = " FROM projects JOIN numbers INDEXED BY in_brief ON numbers.number = projects.number WHERE project = ? AND shelf <> 'deleted'"


def standing_of(connection: sqlite3.Connection, name: str) -> Standing:
    """Return how far the numbers of a project are."""
    by_status: Counter[str] = Counter()
    by_t_level: Counter[int] = Counter()
    cpu = nearest = 0
    groups = connection.execute(
        "SELECT status, t_milli / 5000 * 5 AS level, count(*), sum(cpu_milliseconds),"
        f" sum(status = 'open' AND target_milli - t_milli <= 5000) {_IN_PROJECT} GROUP BY status, level"
        " ORDER BY status, level",
        (name,),
    )
    for status, level, count, cpu_milliseconds, near in groups:
        by_status[status] += count
        if status in {"open", "finished"}:
            by_t_level[level] += count
        cpu, nearest = cpu + cpu_milliseconds, nearest + near
    (found,) = connection.execute(
        "SELECT count(*) FROM factors WHERE number IN (SELECT number FROM projects WHERE project = ?)", (name,)
    ).fetchone()
    return Standing(
        by_status=dict(by_status),
        by_t_level=dict(sorted(by_t_level.items())),
        cpu_milliseconds=cpu,
        factors=found,
        nearest=nearest,
    )


def named_like(connection: sqlite3.Connection, text: str, limit: int) -> list[tuple[int, str]]:
    """Return the ids and names of projects whose names contain a text, whatever the case of its letters."""
    rows = connection.execute(
        "SELECT id, name FROM project_names WHERE instr(lower(name), lower(?)) > 0 ORDER BY id LIMIT ?", (text, limit)
    )
    return [tuple(row) for row in rows]


def members(connection: sqlite3.Connection, name: str) -> frozenset[int]:
    """Return the ids of the numbers that belong to a project, parts included."""
    return frozenset(row[0] for row in connection.execute("SELECT number FROM projects WHERE project = ?", (name,)))
