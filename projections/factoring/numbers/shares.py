"""Which events made what counts for a number: the curves that each added, by their bounds, and those it took away.

The shares of a number, each curve with its worth, add up to its effort exactly: they are what was added to it. There may be
hundreds of thousands of one number; its milestones, of which there are some hundreds, tell how its t-level rose.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds
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
CREATE TABLE milestones (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,     -- of the event
    t_milli INTEGER NOT NULL,      -- the t-level that it led to, of another tenth of a digit than the one before
    PRIMARY KEY (number, position)
) STRICT, WITHOUT ROWID;
"""
_TENTH = 100

_IN_STRETCH = "number = ? AND position > ? AND position <= ?"

Gain = Mapping[Bounds, int]
"""How many curves with which bounds are added; below 0 for those that are taken away."""


class Stretch(Struct, frozen=True):
    """A number, and the part of the log in which what counted for it is asked about.

    A part that was not known before begins with what its number had, so its effort is that of two stretches: the number's,
    up to the split, and its own from there on.

    Attributes:
        number: its id.
        after: events at this position and before are left out.
        upto: later events are left out.
    """

    number: int
    after: int = 0
    upto: int = 2**63 - 1


class Share(Struct, frozen=True):
    """The effort that one event added to a number.

    Attributes:
        number: for which it counted.
        position: of the event.
        curves: how many, by their bounds.
        effort: what they are worth together.
    """

    number: int
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
        self._unwritten: dict[tuple[int, int, int, int, int], int] = {}  # one event may add to a number twice
        self._milestones: dict[tuple[int, int], int] = {}

    def add(self, number: int, position: int, gain: Gain) -> None:
        """Record what an event added to a number."""
        for bounds, curves in gain.items():
            key = (number, position, bounds.b1, bounds.b2, bounds.param)
            self._unwritten[key] = self._unwritten.get(key, 0) + curves

    def rise(self, number: int, position: int, before: int, t_milli: int) -> None:
        """Record how an event changed a number's t-level, in thousandths of a digit."""
        if before // _TENTH != t_milli // _TENTH:
            self._milestones[number, position] = t_milli

    def flush(self) -> None:
        """Write what was held back."""
        self._write_shares()
        insert_rows(
            self._connection,
            "INSERT INTO milestones",
            [(*key, level) for key, level in sorted(self._milestones.items())],
        )
        self._milestones.clear()

    def _write_shares(self) -> None:
        added = sorted(self._unwritten.items())
        insert_rows(self._connection, "INSERT INTO shares", [(*key, curves) for key, curves in added if curves])
        self._unwritten.clear()

    def of(self, number: int) -> Counter[Bounds]:
        """Return all that counts for a number, by bounds."""
        self._write_shares()
        return counting_for(self._connection, number)


def counting_for(connection: sqlite3.Connection, number: int) -> Counter[Bounds]:
    """Return all that counts for a number, by bounds."""
    return _added_up(connection, Stretch(number), Stretch(number).upto)


def added_by(connection: sqlite3.Connection, number: int, position: int) -> dict[Bounds, int]:
    """Return what one event added to what counts for a number, by bounds; below 0 is what it took away."""
    return dict(_added_up(connection, Stretch(number, position - 1), position))


def shares_of(connection: sqlite3.Connection, stretches: Sequence[Stretch], after: int, limit: int) -> Shares:
    """Return what made an effort, in events after a position.

    Args:
        connection: to the tables of factoring.
        stretches: that make it up, in the order of the log.
        after: the position.
        limit: how many shares, at most.
    """
    worth = _worth(connection)
    shares: list[Share] = []
    before, total = 0, 0
    for stretch in stretches:
        rows = _after(connection, stretch, after, limit + 1 - len(shares))
        shares += [Share(stretch.number, position, curves, _effort(curves, worth)) for position, curves in rows.items()]
        before += _effort(_added_up(connection, stretch, after), worth)
        # Grouping follows the primary key; count(DISTINCT) would sort into a table of its own.
        (count,) = connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM shares WHERE {_IN_STRETCH} GROUP BY position)", _bounds_of(stretch)
        ).fetchone()
        total += count
    return Shares(before, shares[:limit], total, more=len(shares) > limit)


def _after(connection: sqlite3.Connection, stretch: Stretch, after: int, limit: int) -> dict[int, dict[Bounds, int]]:
    """Return the curves that the first events after a position added, by position."""
    rows = connection.execute(
        "SELECT position, b1, b2, param, curves FROM shares WHERE number = ? AND position IN"
        f" (SELECT DISTINCT position FROM shares WHERE {_IN_STRETCH} AND position > ? ORDER BY position LIMIT ?)"
        " ORDER BY position",
        (stretch.number, *_bounds_of(stretch), after, limit),
    )
    found: dict[int, dict[Bounds, int]] = {}
    for position, b1, b2, param, curves in rows:
        found.setdefault(position, {})[Bounds(b1, b2, param)] = curves
    return found


def _bounds_of(stretch: Stretch) -> tuple[int, int, int]:
    return stretch.number, stretch.after, stretch.upto


def _added_up(connection: sqlite3.Connection, stretch: Stretch, upto: int) -> Counter[Bounds]:
    rows = connection.execute(
        f"SELECT b1, b2, param, sum(curves) FROM shares WHERE {_IN_STRETCH} AND position <= ? GROUP BY b1, b2, param",
        (*_bounds_of(stretch), upto),
    )
    return Counter({Bounds(b1, b2, param): curves for b1, b2, param, curves in rows})


def _worth(connection: sqlite3.Connection) -> dict[Bounds, int]:
    rows: Sequence[tuple[int, int, int, bytes]] = connection.execute(
        "SELECT b1, b2, param, effort FROM worth"
    ).fetchall()
    return {Bounds(b1, b2, param): int.from_bytes(effort, "little") for b1, b2, param, effort in rows}


def _effort(gain: Gain, worth: Mapping[Bounds, int]) -> int:
    return sum(curves * worth[bounds] for bounds, curves in gain.items())
