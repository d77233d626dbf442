"""Which events made what counts for a number: the curves that each added, by their bounds, and those it took away.

The shares of a number, each curve with its worth, add up to its effort exactly: they are what was added to it.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from core.factoring.curves import Bounds
from projections.runtime.rows import insert_rows

SCHEMA = """
CREATE TABLE shares (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,     -- of the event
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,
    param INTEGER NOT NULL,
    curves INTEGER NOT NULL,       -- added; below 0 when others with larger bounds took their place
    PRIMARY KEY (number, position, b1, b2, param)
) STRICT, WITHOUT ROWID;
"""

Gain = Mapping[Bounds, int]
"""How many curves with which bounds are added; below 0 for those that are taken away."""


class Share(Struct, frozen=True):
    """What one event added to a number.

    Attributes:
        position: of the event.
        curves: how many, by their bounds.
        effort: what they are worth together.
    """

    position: int
    curves: dict[Bounds, int]
    effort: int


class Shares(Struct, frozen=True):
    """A page of shares in the order of their events.

    Attributes:
        before: the effort that the number had before the first of them.
        shares: the shares.
        total: how many there are in all.
        more: whether others follow.
    """

    before: int
    shares: list[Share]
    total: int
    more: bool


class ShareTable:
    """The shares in one projections file; those of a batch are held here and written by `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._unwritten: list[tuple[int, int, int, int, int, int]] = []

    def add(self, number: int, position: int, gain: Gain) -> None:
        """Record what an event added to a number."""
        self._unwritten += [
            (number, position, bounds.b1, bounds.b2, bounds.param, curves) for bounds, curves in gain.items() if curves
        ]

    def flush(self) -> None:
        """Write what was held back; one event may add to a number twice."""
        added: Counter[tuple[int, ...]] = Counter()
        for *key, curves in self._unwritten:
            added[tuple(key)] += curves
        insert_rows(self._connection, "INSERT INTO shares", [(*key, curves) for key, curves in added.items() if curves])
        self._unwritten.clear()

    def of(self, number: int) -> Counter[Bounds]:
        """Return all that counts for a number, by bounds."""
        self.flush()
        return _added_up(self._connection, number, 2**63 - 1)


def shares_of(connection: sqlite3.Connection, number: int, after: int, limit: int) -> Shares:
    """Return the shares of a number in events after a position."""
    rows = connection.execute(
        "SELECT position, b1, b2, param, curves FROM shares WHERE number = ? AND position IN"
        " (SELECT DISTINCT position FROM shares WHERE number = ? AND position > ? ORDER BY position LIMIT ?)"
        " ORDER BY position",
        (number, number, after, limit + 1),
    )
    found: dict[int, dict[Bounds, int]] = {}
    for position, b1, b2, param, curves in rows:
        found.setdefault(position, {})[Bounds(b1, b2, param)] = curves
    worth = _worth(connection)
    # Grouping follows the primary key; count(DISTINCT) would sort into a table of its own.
    (total,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM shares WHERE number = ? GROUP BY position)", (number,)
    ).fetchone()
    shares = [Share(position, curves, _effort(curves, worth)) for position, curves in found.items()]
    before = _effort(_added_up(connection, number, after), worth)
    return Shares(before, shares[:limit], total, more=len(shares) > limit)


def _added_up(connection: sqlite3.Connection, number: int, upto: int) -> Counter[Bounds]:
    rows = connection.execute(
        "SELECT b1, b2, param, sum(curves) FROM shares WHERE number = ? AND position <= ? GROUP BY b1, b2, param",
        (number, upto),
    )
    return Counter({Bounds(b1, b2, param): curves for b1, b2, param, curves in rows})


def _worth(connection: sqlite3.Connection) -> dict[Bounds, int]:
    rows: Sequence[tuple[int, int, int, bytes]] = connection.execute(
        "SELECT b1, b2, param, effort FROM worth"
    ).fetchall()
    return {Bounds(b1, b2, param): int.from_bytes(effort, "little") for b1, b2, param, effort in rows}


def _effort(gain: Gain, worth: Mapping[Bounds, int]) -> int:
    return sum(curves * worth[bounds] for bounds, curves in gain.items())
