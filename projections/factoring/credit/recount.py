"""Counting anew, from the curves on record, what each number's effort amounts to."""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from core.factoring.mathematics.levels.effort import t_level_milli
from core.factoring.state.numbers import Number
from projections.factoring.credit.curves import CurveTable
from projections.factoring.lists import catalogue
from projections.factoring.numbers.family import Family


class Recounted(Struct, frozen=True, gc=False):
    """A number's effort as it stands, and counted anew; they are the same unless a table was tampered with."""

    number: Number
    effort: int

    @property
    def agrees(self) -> bool:
        """Whether they are the same."""
        return self.effort == self.number.effort

    @property
    def t_milli(self) -> int:
        """The t-level of the effort counted anew."""
        return t_level_milli(self.effort)


def recount(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Recounted]:
    """Count several numbers anew; unknown ones are left out."""
    curves = CurveTable(connection, Family(connection))
    known = catalogue.numbers_by_id(connection, numbers)
    return [Recounted(known[number], curves.effort(curves.visible(number))) for number in numbers if number in known]


def countable(connection: sqlite3.Connection, after: int, limit: int) -> list[int]:
    """Return the ids of composites after an id, in order."""
    rows = connection.execute(
        "SELECT number FROM numbers WHERE number > ? AND primality = 'composite' ORDER BY number LIMIT ?",
        (after, limit),
    )
    return [row[0] for row in rows]


def count_countable(connection: sqlite3.Connection) -> int:
    """Count the composites."""
    row = connection.execute("SELECT count(*) FROM numbers WHERE primality = 'composite'").fetchone()
    return int(row[0])


def with_targets(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return the ids and digits of the numbers that have targets to be reached: unsplit composites, by id."""
    rows = connection.execute(
        "SELECT number, digits FROM numbers WHERE status IN ('open', 'finished') AND shelf <> 'deleted' ORDER BY number"
    )
    return rows.fetchall()
