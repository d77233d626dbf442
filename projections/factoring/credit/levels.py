"""How the t-level of a number rose: read off the shares that its effort is made of, and off its milestones."""

import json
import sqlite3
from collections.abc import Iterable
from itertools import groupby, starmap
from operator import itemgetter

from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.levels.effort import t_level_milli
from core.factoring.state.numbers import Number

_OUTSTANDING = """
WITH RECURSIVE above (origin, number) AS (
    SELECT value, value FROM json_each(?) UNION SELECT origin, parts.number FROM parts JOIN above ON part = above.number
)
SELECT origin, max(assignments.curves - max(completed, progressed), 0), effort
FROM above JOIN leases ON subject = 'composite-' || above.number AND outcome IS NULL
    JOIN assignments ON work = lease JOIN worth USING (b1, b2, param)
"""

_NEWEST = """
SELECT position, curves, effort FROM shares JOIN worth USING (b1, b2, param) WHERE number = ? ORDER BY position DESC
"""
_BEFORE = "SELECT position, t_milli FROM milestones WHERE number = ? AND position < ? ORDER BY position"


class Level(Struct, frozen=True, gc=False):
    """The t-level that a number had after an event, thousandths of a digit."""

    position: int
    t_milli: int


def levels_of(connection: sqlite3.Connection, number: Number, newest: int) -> list[Level]:
    """Return the t-levels of a number in the order of events: after each of the newest that changed it, before those its milestones."""
    levels: list[Level] = []
    effort = number.effort
    rows = connection.execute(_NEWEST, (number.id,))
    for position, shares in groupby(rows, itemgetter(0)):
        if len(levels) == newest:
            milestones = starmap(Level, connection.execute(_BEFORE, (number.id, levels[-1].position)))
            return [*milestones, *reversed(levels)]
        levels.append(Level(position, t_level_milli(effort)))
        effort -= sum(curves * int.from_bytes(worth, "little") for _, curves, worth in shares)
    return levels[::-1]


def curve_worth(connection: sqlite3.Connection, bounds: Bounds) -> int | None:
    """Return the effort of one curve, None when these bounds were never seen."""
    row = connection.execute(
        "SELECT effort FROM worth WHERE b1 = ? AND b2 = ? AND param = ?", (bounds.b1, bounds.b2, bounds.param)
    ).fetchone()
    return int.from_bytes(row[0], "little") if row else None


def held_levels(connection: sqlite3.Connection, numbers: Iterable[Number]) -> dict[int, int]:
    """Return the t-level of each number when everything has come back that is handed out on it, or on what it divides.

    Only numbers on which something is handed out are in it; thousandths of a digit.
    """
    known = {number.id: number for number in numbers}
    efforts: dict[int, int] = {}
    for number, curves, worth in connection.execute(_OUTSTANDING, (json.dumps(list(known)),)):
        efforts[number] = efforts.get(number, 0) + curves * int.from_bytes(worth, "little")
    return {number: t_level_milli(known[number].effort + added) for number, added in efforts.items()}
