"""How the list of numbers is kept: what is wanted of them, projects, what is put aside, what form a number has."""

import sqlite3
from collections.abc import Iterable

from core.events.envelope import Event
from core.factoring.events.numbers import (
    CompositeChanged,
    NumberNamed,
    NumberShelved,
    NumberUnshelved,
    ProjectJoined,
    SnfsFormNoted,
)
from core.factoring.events.projects import ProjectCreated, ProjectDeleted, ProjectPaused, ProjectResumed
from core.factoring.notation.forms import special_difficulty
from core.factoring.state.numbers import Number
from projections.factoring.numbers import progress
from projections.factoring.numbers.projects import ProjectTable
from projections.factoring.numbers.table import NumberTable

SCHEMA = """
CREATE TABLE snfs_forms (
    number INTEGER PRIMARY KEY,
    difficulty INTEGER NOT NULL    -- for the special number field sieve, in digits
) STRICT;
"""


class Curation:
    """Folds what administrators and submitters say about numbers that are on record.

    Args:
        connection: where the tables are.
        table: the numbers.
        projects: the projects.
    """

    def __init__(self, connection: sqlite3.Connection, table: NumberTable, projects: ProjectTable) -> None:
        self._connection = connection
        self._numbers = table
        self._projects = projects

    def apply(self, event: Event) -> bool:
        """Fold one event; return whether it was of this kind."""
        fact = event.fact
        match fact:
            case CompositeChanged():
                self._change(fact)
            case ProjectJoined():
                self._projects.join(fact.project, fact.number, event.recorded_at)
                if self._projects.all_paused():
                    self._numbers.rests_changed()
            case ProjectCreated():
                self._projects.create(fact, event.recorded_at)
            case ProjectDeleted() | ProjectPaused() | ProjectResumed():
                self._apply_to_project(fact, event)
            case NumberNamed():
                self._numbers.change(fact.number).name = fact.name
            case NumberShelved():
                self._numbers.change(fact.number).shelf = fact.shelf
            case NumberUnshelved():
                self._numbers.change(fact.number).shelf = ""
            case SnfsFormNoted():
                self._note(fact)
            case _:
                return False
        return True

    def _apply_to_project(self, fact: ProjectDeleted | ProjectPaused | ProjectResumed, event: Event) -> None:
        match fact:
            case ProjectDeleted():
                self._projects.delete(fact)
            case ProjectPaused():
                self._projects.pause(fact, event)
            case ProjectResumed():
                self._projects.resume(fact.name)
        self._numbers.rests_changed()

    def _change(self, fact: CompositeChanged) -> None:
        number = self._numbers.change(fact.number)
        if fact.target_milli is not None:
            number.target_milli = fact.target_milli
        if fact.priority is not None:
            number.priority = fact.priority
        progress.settle(number)

    def _note(self, fact: SnfsFormNoted) -> None:
        self._connection.execute("DELETE FROM snfs_forms WHERE number = ?", (fact.number,))
        if fact.difficulty is not None:
            self._connection.execute("INSERT INTO snfs_forms VALUES (?, ?)", (fact.number, fact.difficulty))


def snfs_difficulty(connection: sqlite3.Connection, number: int) -> int | None:
    """Return the difficulty of a number for the special number field sieve, in digits; None without such a form."""
    row = connection.execute("SELECT difficulty FROM snfs_forms WHERE number = ?", (number,)).fetchone()
    return int(row[0]) if row else None


def special_form(connection: sqlite3.Connection, numbers: Iterable[Number]) -> int | None:
    """Return the least difficulty of numbers, one of which the others are parts, for the special number field sieve.

    What somebody said of a number goes before what its expression tells. In digits; None when none has such a form.
    """
    known = (snfs_difficulty(connection, one.id) or special_difficulty(one.expression) for one in numbers)
    return min(filter(None, known), default=None)
