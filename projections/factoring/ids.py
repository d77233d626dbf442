"""The newest ids that were given out, so that none is given twice, whatever a correction takes away."""

import sqlite3
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from core.events.fact import Fact
from core.factoring.events.assignment import WorkAssigned
from core.factoring.events.corrections import IdsGivenOut
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.projects import ProjectCreated
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound

SCHEMA = """
CREATE TABLE newest (
    what TEXT PRIMARY KEY,         -- attempt, factor, assignment, project; number only after a correction
    id INTEGER NOT NULL            -- the newest one given out
) STRICT, WITHOUT ROWID;
"""
_GIVEN: dict[type[Fact], tuple[str, Callable[[Any], int]]] = {
    fact: (what, attrgetter(what))
    for fact, what in (
        (CurvesRun, "attempt"),
        (AttemptMade, "attempt"),
        (PriorWorkDeclared, "attempt"),
        (WorkAssigned, "assignment"),
        (FactorFound, "factor"),
        (ProjectCreated, "project"),
    )
}
"""Of which kind an id is that a fact gives out; its field has the kind's name."""


class Ids:
    """The newest id of each kind; `flush` writes them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._newest: dict[str, int] = dict(connection.execute("SELECT what, id FROM newest"))

    def next(self, what: str) -> int:
        """Return the id that the next of a kind gets."""
        return self._newest.get(what, 0) + 1

    def count(self, fact: Fact) -> None:
        """Remember the id of its kind that a fact gives out."""
        given = _GIVEN.get(type(fact))
        if given is not None:
            what, id_of = given
            self._newest[what] = id_of(fact)
        elif isinstance(fact, IdsGivenOut):
            for what in fact.__struct_fields__:
                self._newest[what] = max(self._newest.get(what, 0), getattr(fact, what))

    def flush(self) -> None:
        """Write what was counted."""
        self._connection.executemany(
            "INSERT INTO newest VALUES (?, ?) ON CONFLICT DO UPDATE SET id = excluded.id", list(self._newest.items())
        )
