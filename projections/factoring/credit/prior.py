"""Prior work, declared as done elsewhere: a t-level for each number, and curves by their bounds."""

import sqlite3
from collections import Counter

from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.state.numbers import Declared
from projections.factoring.numbers.shares import Gain

SCHEMA = """
CREATE TABLE prior_work (
    number INTEGER NOT NULL,
    t_milli INTEGER NOT NULL,      -- the t-level that the curves stand for; 0 when they were told as such
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,
    param INTEGER NOT NULL,
    curves INTEGER NOT NULL,
    PRIMARY KEY (number, t_milli, b1, b2, param)
) STRICT, WITHOUT ROWID;
"""


class PriorTable:
    """The declarations in one projections file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # Few numbers have any, and every assignment asks.
        self._numbers = {number for (number,) in connection.execute("SELECT DISTINCT number FROM prior_work")}

    def of(self, number: int) -> Declared:
        """Return what was declared of a number."""
        return declared(self._connection, number) if number in self._numbers else Declared(0, {}, {})

    def fold(self, fact: PriorWorkDeclared) -> Gain:
        """Keep a declaration, and return what it adds to those before it, of which some may have been withdrawn."""
        known = self.of(fact.number)
        gain: Counter[Bounds] = Counter()
        for one in fact.curves:
            bounds = Bounds(one.b1, one.b2, one.param)
            more = one.curves - known.curves.get(bounds, 0)
            if more > 0:
                gain[bounds] += more
                self._keep(fact.number, 0, bounds, one.curves)
        if fact.level is not None and fact.t_milli > known.t_milli:
            gain.subtract(known.level)
            bounds = Bounds(fact.level.b1, fact.level.b2, fact.level.param)
            gain[bounds] += fact.level.curves
            self._connection.execute("DELETE FROM prior_work WHERE number = ? AND t_milli > 0", (fact.number,))
            self._keep(fact.number, fact.t_milli, bounds, fact.level.curves)
        return gain

    def _keep(self, number: int, t_milli: int, bounds: Bounds, curves: int) -> None:
        self._numbers.add(number)
        self._connection.execute(
            "INSERT INTO prior_work VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET curves = excluded.curves",
            (number, t_milli, bounds.b1, bounds.b2, bounds.param, curves),
        )


def declared(connection: sqlite3.Connection, number: int) -> Declared:
    """Return what was declared of a number."""
    level: dict[Bounds, int] = {}
    curves: dict[Bounds, int] = {}
    t_milli = 0
    for t, b1, b2, param, count in connection.execute(
        "SELECT t_milli, b1, b2, param, curves FROM prior_work WHERE number = ?", (number,)
    ):
        (level if t else curves)[Bounds(b1, b2, param)] = count
        t_milli = max(t_milli, t)
    return Declared(t_milli, level, curves)
