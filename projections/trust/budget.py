"""The table of what was computed and what was checked of it, day by day: by it the budget of checks goes."""

import sqlite3

from core.trust.budget import Spent
from core.trust.events import CheckDrawn, ReportsWeighed
from core.trust.ledger import Ledger

SCHEMA = """
CREATE TABLE spent (
    day INTEGER PRIMARY KEY,       -- since 1970
    work INTEGER NOT NULL,         -- microseconds of nominal CPU time, of curves that can be checked
    checks INTEGER NOT NULL        -- the same, of checks that were drawn by chance, or of a first report
) STRICT;
"""


class BudgetTable:
    """The days in one projections file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def spent(self) -> Spent:
        """Return the sums of the days that count."""
        return spent(self._connection)

    def compute(self, fact: ReportsWeighed, moment: int) -> None:
        """Add what was reported."""
        ledger = Ledger()
        self._add(ledger, ledger.compute(fact, moment))

    def check(self, fact: CheckDrawn, moment: int) -> None:
        """Add a check that was drawn."""
        ledger = Ledger()
        self._add(ledger, ledger.check(fact, moment))

    def _add(self, ledger: Ledger, day: int) -> None:
        added = ledger.days[day]
        self._connection.execute(
            "INSERT INTO spent VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET work = work + excluded.work, checks = checks + excluded.checks",
            (day, added.work, added.checks),
        )


def spent(connection: sqlite3.Connection) -> Spent:
    """Return the sums of the days that count."""
    days = connection.execute("SELECT day, work, checks FROM spent ORDER BY day DESC LIMIT 64")
    return Ledger({day: Spent(work, checks) for day, work, checks in days}).spent()
