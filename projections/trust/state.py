"""The state that decisions about checks read, folded from events."""

import sqlite3

from msgspec import Struct

from core.events.envelope import Event
from core.leases.events import LeaseEnded
from core.trust.events import (
    ChainCommitted,
    CheckAnswered,
    CheckAssigned,
    CheckDrawn,
    CheckSettled,
    DoubtHeeded,
    DoubtSettled,
    EarlierDrawn,
    FindMissed,
    FindsAsked,
    ReportsDoubted,
    ReportsWeighed,
    SecretOpened,
)
from core.trust.standing import credited, matched, mistaken
from core.trust.state import Chain
from core.trust.weighing import CONTEXT
from projections.leases import table as leases
from projections.leases.table import LeaseTable
from projections.runtime.answers import Answers
from projections.runtime.rows import columns_of, told
from projections.trust import budget, checks, machines
from projections.trust.budget import BudgetTable
from projections.trust.checks import CheckTable
from projections.trust.machines import MachineTable

SCHEMA = (
    """
CREATE TABLE chains (
    chain INTEGER PRIMARY KEY,
    anchor TEXT NOT NULL,          -- SHA-256 of the first day's secret
    first_day INTEGER NOT NULL,
    length INTEGER NOT NULL,
    opened INTEGER NOT NULL        -- the newest day whose secret everybody may know
) STRICT;
CREATE TABLE weighed (
    upto INTEGER PRIMARY KEY       -- position up to which it was drawn among reports; one row
) STRICT;
CREATE TABLE asked (
    upto INTEGER PRIMARY KEY       -- position up to which curves were asked about finds; one row
) STRICT;
CREATE TABLE missed (
    report INTEGER NOT NULL,       -- position of the event that records the curve
    "offset" INTEGER NOT NULL,     -- of its sigma there
    client INTEGER NOT NULL,
    number INTEGER NOT NULL,
    value TEXT NOT NULL,           -- the factor that it should have found
    param INTEGER NOT NULL,
    sigma TEXT NOT NULL,
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,
    PRIMARY KEY (client, value, report, "offset")
) STRICT, WITHOUT ROWID;
CREATE TABLE looked_back (
    "check" INTEGER NOT NULL,      -- that failed
    client INTEGER NOT NULL,       -- whose earlier curves were drawn among
    PRIMARY KEY ("check", client)
) STRICT, WITHOUT ROWID;
CREATE TABLE mistakes (
    "check" INTEGER NOT NULL,
    client INTEGER NOT NULL,       -- who was wrong there
    PRIMARY KEY ("check", client)
) STRICT, WITHOUT ROWID;
"""
    + budget.SCHEMA
    + checks.SCHEMA
    + machines.SCHEMA
    + leases.SCHEMA
)


class Missed(Struct, frozen=True, gc=False):
    """A curve that should have found a factor; the fields are the columns of the table."""

    report: int
    offset: int
    client: int
    number: int
    value: str
    param: int
    sigma: str
    b1: int
    b2: int


MISSED_COLUMNS = [f'"{column}"' for column in columns_of(Missed)]


class TrustState(Answers):
    """Implements `core.trust.state.TrustState`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._checks = CheckTable(connection)
        self._machines = MachineTable(connection)
        self._budget = BudgetTable(connection)
        self._leases = LeaseTable(connection, CONTEXT)
        self.check = self._checks.get
        self.check_held = self._checks.held
        self.waiting = self._checks.waiting
        self.next_check = self._checks.next_number
        self.checked_offsets = self._checks.offsets
        self.standing = self._machines.standing
        self.spent = self._budget.spent
        self.reports_since = self._machines.reports_since
        self.doubts = self._machines.doubts
        self.lease = self._leases.lease

    def chain(self) -> Chain | None:
        """Return the chain that is drawn with, None when there was never one."""
        return newest_chain(self.connection)

    def weighed_upto(self) -> int:
        """Return the position up to which it was drawn among what was reported."""
        return weighed_upto(self.connection)

    def asked_upto(self) -> int:
        """Return the position up to which curves were asked about finds."""
        return asked_upto(self.connection)

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        match fact:
            case ReportsWeighed():
                self._weigh(fact)
                self._budget.compute(fact, event.recorded_at)
            case CheckDrawn():
                self._checks.draw(fact, event.position, event.recorded_at)
                self._budget.check(fact, event.recorded_at)
            case CheckAssigned():
                self._checks.assign(fact)
            case CheckAnswered():
                self._checks.answer(fact)
            case CheckSettled():
                self._settle(fact)
            case ChainCommitted() | SecretOpened() | EarlierDrawn() | FindsAsked() | FindMissed():
                self._note(fact, event)
            case ReportsDoubted() | DoubtHeeded() | DoubtSettled():
                self._machines.doubt(fact)
            case _:
                if self._leases.apply(event) and isinstance(fact, LeaseEnded):
                    self._checks.release(fact.lease)

    def flush(self) -> None:
        """Write what was held back."""
        self._leases.flush()

    def _note(self, fact: ChainCommitted | SecretOpened | EarlierDrawn | FindsAsked | FindMissed, event: Event) -> None:
        execute = self.connection.execute
        match fact:
            case ChainCommitted():
                row = (fact.chain, fact.anchor, fact.first_day, fact.length, 0)
                execute("INSERT INTO chains VALUES (?, ?, ?, ?, ?)", row)
                if fact.chain == 1:  # among what was reported before, nothing is drawn
                    execute("INSERT INTO weighed VALUES (?)", (event.position,))
                    execute("INSERT INTO asked VALUES (?)", (event.position,))
            case FindsAsked():
                execute("UPDATE asked SET upto = ?", (fact.factor,))
            case FindMissed():
                missed = told(fact, Missed)
                names, marks = ", ".join(MISSED_COLUMNS), ", ".join("?" * len(missed))
                execute(f"INSERT OR IGNORE INTO missed ({names}) VALUES ({marks})", tuple(missed.values()))
            case SecretOpened():
                execute("UPDATE chains SET opened = ? WHERE chain = ?", (fact.day, fact.chain))
            case EarlierDrawn():
                execute("INSERT OR IGNORE INTO looked_back VALUES (?, ?)", (fact.check, fact.client))

    def _weigh(self, fact: ReportsWeighed) -> None:
        """Add reports; each adds to a machine's credit by its curves that can be checked."""
        self.connection.execute("UPDATE weighed SET upto = ?", (fact.upto,))
        for report in fact.reports:
            before = self.standing(report.client)
            self._machines.stand(report.client, credited(before, report.cost, report.checkable))
            self._machines.weigh(report)

    def _settle(self, fact: CheckSettled) -> None:
        check = self._checks.settle(fact)
        if fact.outcome == "matched":
            self._machines.stand(check.client, matched(self.standing(check.client), check.report))
        for client in fact.wrong:
            self._machines.stand(client, mistaken(self.standing(client)))
            self.connection.execute("INSERT INTO mistakes VALUES (?, ?)", (check.check, client))
        self._machines.settle(check, fact.wrong)


def newest_chain(connection: sqlite3.Connection) -> Chain | None:
    """Return the chain that is drawn with."""
    row = connection.execute("SELECT * FROM chains ORDER BY chain DESC LIMIT 1").fetchone()
    return Chain(*row) if row else None


def weighed_upto(connection: sqlite3.Connection) -> int:
    """Return the position up to which it was drawn among what was reported; 0 before the first chain."""
    row = connection.execute("SELECT upto FROM weighed").fetchone()
    return int(row[0]) if row else 0


def asked_upto(connection: sqlite3.Connection) -> int:
    """Return the position up to which curves were asked about finds."""
    row = connection.execute("SELECT upto FROM asked").fetchone()
    return int(row[0]) if row else 0


def missed_finds(connection: sqlite3.Connection, limit: int) -> list[Missed]:
    """Return curves that should have found a factor, those of machines with most such factors first."""
    rows = connection.execute(
        f"SELECT {', '.join(MISSED_COLUMNS)} FROM missed JOIN (SELECT client, count(DISTINCT value) AS factors FROM missed"
        " GROUP BY client) USING (client) ORDER BY factors DESC, client, report LIMIT ?",
        (limit,),
    )
    return [Missed(*row) for row in rows]


def missing_finds(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return clients whose curves should have found several factors, and how many those are."""
    return connection.execute(
        "SELECT client, count(DISTINCT value) AS factors FROM missed GROUP BY client HAVING factors > 1 ORDER BY client"
    ).fetchall()


def not_looked_back(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return (check, client) of machines that were wrong, and whose earlier curves have yet to be drawn among."""
    return connection.execute(
        'SELECT "check", client FROM mistakes EXCEPT SELECT "check", client FROM looked_back ORDER BY "check", client'
    ).fetchall()
