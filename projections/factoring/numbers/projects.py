"""Projects, by the ids that they were given, and which numbers belong to them."""

import sqlite3

import msgspec
from msgspec import Struct

from core.events.envelope import Event
from core.factoring.events.projects import ProjectCreated, ProjectDeleted, ProjectPaused
from core.factoring.projects import stream_of
from core.steering.pausing import Pause
from projections.steering.state import COLUMNS

SCHEMA = f"""
CREATE TABLE projects (
    project TEXT NOT NULL,         -- its name
    number INTEGER NOT NULL,
    part INTEGER NOT NULL,         -- whether it is a part of another number in the project
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
CREATE TABLE project_pauses (
    project TEXT PRIMARY KEY,      -- its name
{COLUMNS}) STRICT, WITHOUT ROWID;
CREATE TABLE resting (number INTEGER PRIMARY KEY) STRICT; -- those that belong to a project that is paused
CREATE TRIGGER joined_at_rest AFTER INSERT ON projects WHEN new.project IN (SELECT project FROM project_pauses) BEGIN
    INSERT OR IGNORE INTO resting VALUES (new.number);
END;
"""
NOT_RESTING = " AND number NOT IN (SELECT number FROM resting)"
"""The condition that a number may be handed out, as far as its projects go."""
_COUNTED = """
SELECT id, name, description, created_at, updated_at,
    coalesce(sum(numbers), 0), coalesce(sum(numbers) FILTER (WHERE status IN ('prime', 'factored')), 0)
FROM project_names LEFT JOIN project_tallies ON project = name AND part = 0
"""
"""A number that is a part of another one in the same project is not counted beside it."""

_JOIN = """
INSERT OR IGNORE INTO projects VALUES (:project, :number, EXISTS (
    SELECT 1 FROM parts JOIN projects AS whole ON whole.number = parts.number
    WHERE parts.part = :number AND whole.project = :project
))
"""
_PARTS_OF_WHAT_JOINED = """
UPDATE projects SET part = 1
WHERE project = :project AND number IN (SELECT part FROM parts WHERE parts.number = :number)
"""


class Project(Struct, frozen=True, gc=False):
    """A project, with how many numbers belong to it, and how many of those have no composite part left."""

    id: int
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
        self._any_paused = bool(self.all_paused())

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
        return holds(self._connection, name, number)

    def create(self, fact: ProjectCreated, moment: int) -> None:
        """Add a project."""
        self._connection.execute(
            "INSERT INTO project_names VALUES (?, ?, ?, ?, ?)",
            (fact.project, fact.name, fact.description, moment, moment),
        )

    def delete(self, fact: ProjectDeleted) -> None:
        """Take a project away; its numbers stay."""
        self.resume(fact.name)
        self._connection.execute("DELETE FROM project_names WHERE id = ?", (fact.project,))
        for table in ("projects", "project_tallies", "project_factors", "remaining"):
            self._connection.execute(f"DELETE FROM {table} WHERE project = ?", (fact.name,))

    def pause(self, fact: ProjectPaused, event: Event) -> None:
        """Have the numbers of a project rest."""
        row = (fact.name, fact.drains, fact.reason, event.recorded_at, event.position)
        self._connection.execute("INSERT OR REPLACE INTO project_pauses VALUES (?, ?, ?, ?, ?)", row)
        self._connection.execute(
            "INSERT OR IGNORE INTO resting SELECT number FROM projects WHERE project = ?", (fact.name,)
        )
        self._any_paused = True

    def resume(self, name: str) -> None:
        """Have the numbers of a project rest no more, but for those that belong to another one that is paused."""
        if self._connection.execute("DELETE FROM project_pauses WHERE project = ?", (name,)).rowcount:
            self._connection.execute("DELETE FROM resting")
            self._connection.execute(
                "INSERT OR IGNORE INTO resting SELECT number FROM projects JOIN project_pauses USING (project)"
            )
            self._any_paused = bool(self.all_paused())

    def paused(self, project: int) -> Pause | None:
        """Return the pause of a project by its id, None when it is not paused."""
        return next((pause for pause in pauses(self._connection).values() if pause.target == stream_of(project)), None)

    def all_paused(self) -> tuple[str, ...]:
        """Return the names of the projects that are paused."""
        return tuple(row[0] for row in self._connection.execute("SELECT project FROM project_pauses ORDER BY project"))

    def rests(self, number: int) -> bool:
        """Tell whether a number belongs to a project that is paused; nothing is read while no project is."""
        return self._any_paused and rests(self._connection, number)

    def join(self, name: str, number: int, moment: int) -> None:
        """Have a number belong to a project, in which it may be a part, and others may be parts of it."""
        joined = self._connection.execute(_JOIN, {"project": name, "number": number}).rowcount
        if joined:
            self._connection.execute(_PARTS_OF_WHAT_JOINED, {"project": name, "number": number})
        self._connection.execute("UPDATE project_names SET updated_at = ? WHERE name = ?", (moment, name))

    def any_of(self, number: int) -> bool:
        """Tell whether a number belongs to any project."""
        return self._connection.execute("SELECT 1 FROM projects WHERE number = ?", (number,)).fetchone() is not None

    def inherit(self, number: int, part: int) -> None:
        """Have a part belong to whatever the number belongs to that it is a part of."""
        self._connection.execute(
            "INSERT INTO projects SELECT project, ?, 1 FROM projects WHERE number = ?"
            " ON CONFLICT DO UPDATE SET part = 1",
            (part, number),
        )


def listed(connection: sqlite3.Connection) -> list[Project]:
    """Return every project, by id."""
    return [Project(*row) for row in connection.execute(f"{_COUNTED} GROUP BY id ORDER BY id")]


def at_target(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the numbers of each project that are at their targets, parts of others in it not among them."""
    rows = connection.execute(
        "SELECT project, sum(numbers) FROM project_tallies WHERE part = 0 AND status = 'finished' GROUP BY project"
    )
    return dict(rows)


def count(connection: sqlite3.Connection) -> int:
    """Count the projects."""
    return int(connection.execute("SELECT count(*) FROM project_names").fetchone()[0])


def by_id(connection: sqlite3.Connection, project: int) -> Project | None:
    """Return a project by its id."""
    row = connection.execute(f"{_COUNTED} WHERE id = ? GROUP BY id", (project,)).fetchone()
    return Project(*row) if row else None


def by_name(connection: sqlite3.Connection, name: str) -> Project | None:
    """Return a project by its name."""
    row = connection.execute(f"{_COUNTED} WHERE name = ? GROUP BY id", (name,)).fetchone()
    return Project(*row) if row else None


def pauses(connection: sqlite3.Connection) -> dict[str, Pause]:
    """Return the pauses of projects, by name."""
    rows = connection.execute(
        "SELECT name, id, drains, reason, since, position FROM project_pauses JOIN project_names ON name = project"
        " ORDER BY id"
    )
    return {name: Pause(stream_of(project), bool(drains), *rest) for name, project, drains, *rest in rows}


def holds(connection: sqlite3.Connection, name: str, number: int) -> bool:
    """Tell whether a number belongs to a project."""
    found = connection.execute("SELECT 1 FROM projects WHERE project = ? AND number = ?", (name, number))
    return found.fetchone() is not None


def rests(connection: sqlite3.Connection, number: int) -> bool:
    """Tell whether a number belongs to a project that is paused."""
    return connection.execute("SELECT 1 FROM resting WHERE number = ?", (number,)).fetchone() is not None


def named_like(connection: sqlite3.Connection, text: str, limit: int) -> list[tuple[int, str]]:
    """Return the ids and names of projects whose names contain a text, whatever the case of its letters."""
    rows = connection.execute(
        "SELECT id, name FROM project_names WHERE instr(lower(name), lower(?)) > 0 ORDER BY id LIMIT ?", (text, limit)
    )
    return [tuple(row) for row in rows]


def members(connection: sqlite3.Connection, name: str) -> list[int]:
    """Return the ids of the numbers that belong to a project, parts included, in their order."""
    # As one text: a hundred thousand rows take longer to come one by one than to be found.
    (found,) = connection.execute(
        "SELECT json_group_array(number) FROM (SELECT number FROM projects WHERE project = ? ORDER BY number)", (name,)
    ).fetchone()
    return msgspec.json.decode(found, type=list[int])
