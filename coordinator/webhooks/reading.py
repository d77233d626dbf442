"""Events that a subscription takes, read from the files beside a running coordinator."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from coordinator.files.databases import uri_for_reading
from coordinator.log.reading import chosen
from core.events.envelope import StoredEvent
from core.notifications.wanted import ALARMS, OWN
from projections.factoring.numbers.projects import ProjectTable
from projections.runtime import checkpoint

_SCANNED_AT_ONCE = 20_000
_AT_ONCE = 100
_NUMBER = "composite-"


class _About(msgspec.Struct):
    """The things that a fact says it is about, as far as they tell its project."""

    number: Any = 0
    subject: Any = ""
    name: Any = ""


_about = msgspec.json.Decoder(_About).decode


class Wanted(msgspec.Struct, frozen=True):
    """The events that a subscription takes: of these types, or all, and of a project, or all."""

    types: tuple[str, ...]
    project: str


class Log:
    """The log and the projects of a data directory, for reading.

    Args:
        directory: the data directory.
    """

    def __init__(self, directory: Path) -> None:
        self._connection = _opened(directory / "log.db")
        self._projects = directory / "projections" / "factoring.db"

    def end(self) -> int:
        """Return the position of the newest event."""
        return int(self._connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()[0])

    def after(self, position: int, wanted: Wanted) -> tuple[list[StoredEvent], int]:
        """Return the next events after a position that are wanted, and up to where all was looked at.

        Raises:
            sqlite3.Error: the projects can't be read just now; they may be being built anew.
        """
        stop = min(self.end(), position + _SCANNED_AT_ONCE)
        where, values = _of_types(wanted.types)
        rows = chosen(
            self._connection,
            f"events WHERE position > ? AND position <= ?{where} ORDER BY position LIMIT ?",
            (position, stop, *values, _AT_ONCE),
        )
        if len(rows) == _AT_ONCE:
            stop = rows[-1].position
        if wanted.project and rows:
            return self._of_project(rows, stop, wanted.project)
        return rows, stop

    def _of_project(self, rows: Sequence[StoredEvent], stop: int, project: str) -> tuple[list[StoredEvent], int]:
        with closing(_opened(self._projects)) as connection:
            connection.execute("BEGIN")
            shown = checkpoint.read(connection).position
            projects = ProjectTable(connection)
            found: list[StoredEvent] = []
            for row in rows:
                # Whether it belongs to the project is not known before the projects have come so far.
                if row.position > shown and row.type.startswith("factoring."):
                    return found, row.position - 1
                if belongs(row, project, projects):
                    found.append(row)
        return found, stop

    def close(self) -> None:
        """Close the log."""
        self._connection.close()


def waiting(connection: sqlite3.Connection, after: int, wanted: Wanted, most: int) -> tuple[int, list[StoredEvent]]:
    """Return how many of the next events, `most` at most, are of wanted types; for those of a project, these events."""
    where, values = _of_types(wanted.types)
    among, values = f"events WHERE position > ? AND position <= ?{where}", [after, after + most, *values]
    if wanted.project:
        rows = chosen(connection, f"{among} ORDER BY position", values)
        return len(rows), rows
    return int(connection.execute(f"SELECT count(*) FROM {among}", values).fetchone()[0]), []


def of_project(connection: sqlite3.Connection, rows: Sequence[StoredEvent], project: str) -> int:
    """Return how many of some events belong to a project."""
    projects = ProjectTable(connection)
    return sum(belongs(row, project, projects) for row in rows)


def belongs(row: StoredEvent, project: str, projects: ProjectTable) -> bool:
    """Tell whether an event belongs to a project: it names one of its numbers, or the project itself."""
    about = _about(row.data)
    number = about.number
    if not number and isinstance(about.subject, str) and about.subject.startswith(_NUMBER):
        number = int(about.subject.removeprefix(_NUMBER))
    if isinstance(number, int) and number:
        return projects.holds(project, number)
    return row.stream.startswith("project-") and about.name == project


def _of_types(types: Sequence[str]) -> tuple[str, list[str | int]]:
    """Return the rest of a condition for what `takes` takes, with its values."""
    own = f" AND (substr(type, 1, {len(OWN)}) != ? OR type IN ({', '.join('?' * len(ALARMS))}))"
    values: list[str | int] = [OWN, *sorted(ALARMS)]
    if not types:
        return own, values
    each = " OR ".join(["type = ? OR substr(type, 1, ?) = ?"] * len(types))
    return f"{own} AND ({each})", values + [value for one in types for value in (one, len(one) + 1, f"{one}.")]


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(uri_for_reading(path), uri=True, isolation_level=None)
