"""Shares of projects: their weights and deadlines, and the CPU time that each was given within the last hour.

Time counts as given when work is handed out, by what it takes nominally at its client's speed, and is set right by what a
report says that it took. It is counted while some project has a weight or a deadline; before, nobody asks for it.
"""

import sqlite3
from collections.abc import Sequence

from core.events.envelope import Event
from core.factoring.events.numbers import NumberDeadlineSet
from core.factoring.events.projects import ProjectShareSet
from core.factoring.state.assignment import Share
from core.timestamps import SECOND

SCHEMA = """
CREATE TABLE project_shares (
    project TEXT PRIMARY KEY,      -- its name
    weight INTEGER NOT NULL,
    deadline INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE project_time (
    minute INTEGER NOT NULL,       -- since 1970
    project TEXT NOT NULL,         -- its name; empty for numbers that belong to none
    microseconds INTEGER NOT NULL, -- of CPU time that it was given then
    PRIMARY KEY (minute, project)
) STRICT, WITHOUT ROWID;
CREATE TABLE number_deadlines (
    number INTEGER PRIMARY KEY,
    deadline INTEGER NOT NULL
) STRICT;
CREATE TABLE unclaimed (number INTEGER PRIMARY KEY) STRICT; -- those that belong to no project
CREATE TRIGGER unclaimed_at_first AFTER INSERT ON numbers BEGIN
    INSERT INTO unclaimed VALUES (new.number);
END;
CREATE TRIGGER claimed AFTER INSERT ON projects BEGIN
    DELETE FROM unclaimed WHERE number = new.number;
END;
CREATE TRIGGER unclaimed_again AFTER DELETE ON projects
WHEN NOT EXISTS (SELECT 1 FROM projects WHERE number = old.number) BEGIN
    INSERT OR IGNORE INTO unclaimed VALUES (old.number);
END;
CREATE TRIGGER no_share_any_more AFTER DELETE ON project_names BEGIN
    DELETE FROM project_shares WHERE project = old.name;
    DELETE FROM project_time WHERE project = old.name;
END;
"""
_MINUTE = 60 * SECOND
_WINDOW = 60
"""Minutes for which time counts."""
_CHARGE = """
INSERT INTO project_time
SELECT :minute, project, :microseconds FROM projects WHERE number = :number
UNION ALL SELECT :minute, '', :microseconds WHERE NOT EXISTS (SELECT 1 FROM projects WHERE number = :number)
ON CONFLICT DO UPDATE SET microseconds = microseconds + excluded.microseconds
"""
_SHARES = """
SELECT name, coalesce(weight, 1), coalesce(used, 0), deadline FROM (SELECT name FROM project_names UNION ALL SELECT '')
LEFT JOIN project_shares ON project_shares.project = name
LEFT JOIN (SELECT project, sum(microseconds) AS used FROM project_time WHERE minute > ? GROUP BY project) AS given
    ON given.project = name
ORDER BY name
"""


class ShareBook:
    """The shares in one projections file.

    Attributes:
        kept: whether anything was said of any; before, time that is charged is not counted.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.look_again()
        self._due = connection.execute("SELECT 1 FROM number_deadlines").fetchone() is not None

    def apply(self, event: Event) -> bool:
        """Fold one event; return whether it was of this kind."""
        execute = self._connection.execute
        match event.fact:
            case ProjectShareSet(name=name, weight=weight, deadline=deadline):
                execute("INSERT OR REPLACE INTO project_shares VALUES (?, ?, ?)", (name, weight, deadline))
                self.kept = True
            case NumberDeadlineSet(number=number, deadline=deadline):
                execute("DELETE FROM number_deadlines WHERE number = ?", (number,))
                if deadline is not None:  # the number may have come of a report that was withdrawn
                    execute(
                        "INSERT INTO number_deadlines SELECT number, ? FROM numbers WHERE number = ?",
                        (deadline, number),
                    )
                    self._due = True
            case _:
                return False
        return True

    def look_again(self) -> None:
        """Find out whether anything stands of any share: when one project is gone, its share is."""
        self.kept = self._connection.execute("SELECT 1 FROM project_shares").fetchone() is not None

    def charge(self, number: int, microseconds: int, moment: int) -> None:
        """Count CPU time as given to the projects of a number at a moment; less than nothing sets right what was."""
        if self.kept and microseconds:
            minute = moment // _MINUTE
            self._connection.execute("DELETE FROM project_time WHERE minute <= ?", (minute - _WINDOW,))
            values = {"minute": minute, "microseconds": microseconds, "number": number}
            self._connection.execute(_CHARGE, values)

    def share_of(self, project: str) -> Share:
        """Return the share of a project as it was said, without what it was given."""
        return share_of(self._connection, project)

    def shares(self, now: int) -> Sequence[Share]:
        """Return the shares of all projects, and of what belongs to none; nothing while nobody has said anything of any."""
        return shares(self._connection, now) if self.kept else ()

    def deadline_of(self, number: int) -> int | None:
        """Return until when a number shall be done, as it was said of it itself; None for no such time."""
        return deadline_of(self._connection, number)

    def due(self, after: int, upto: int) -> Sequence[tuple[int, int]]:
        """Return the deadlines of numbers between two times, each with the number."""
        if not self._due:
            return ()
        rows = self._connection.execute(
            "SELECT deadline, number FROM number_deadlines WHERE deadline > ? AND deadline <= ? ORDER BY deadline, number",
            (after, upto),
        )
        return [(deadline, number) for deadline, number in rows]


def share_of(connection: sqlite3.Connection, project: str) -> Share:
    """Return the share of a project as it was said, without what it was given."""
    row = connection.execute("SELECT weight, deadline FROM project_shares WHERE project = ?", (project,)).fetchone()
    return Share(project, weight=row[0], deadline=row[1]) if row else Share(project)


def shares(connection: sqlite3.Connection, now: int) -> list[Share]:
    """Return the shares of all projects, and of what belongs to none, each with what it was given within an hour."""
    return [Share(*row) for row in connection.execute(_SHARES, (now // _MINUTE - _WINDOW,))]


def deadlines(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return the deadlines of all numbers that have one, the nearest first, each with the number."""
    rows = connection.execute("SELECT deadline, number FROM number_deadlines ORDER BY deadline, number")
    return [(deadline, number) for deadline, number in rows]


def deadline_of(connection: sqlite3.Connection, number: int) -> int | None:
    """Return until when a number shall be done, None for no such time."""
    row = connection.execute("SELECT deadline FROM number_deadlines WHERE number = ?", (number,)).fetchone()
    return int(row[0]) if row else None
