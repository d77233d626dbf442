"""How the t-level of a number rose: read off the shares that its effort is made of."""

import json
import sqlite3
from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from core.factoring.curves import Bounds
from core.factoring.mathematics.effort import t_level_milli
from core.factoring.state import Number

_OUTSTANDING = """
WITH RECURSIVE above (origin, number) AS (
    SELECT value, value FROM json_each(?) UNION SELECT origin, parts.number FROM parts JOIN above ON part = above.number
)
SELECT origin, max(assignments.curves - max(completed, progressed), 0), effort
FROM above JOIN leases ON subject = 'composite-' || above.number AND outcome IS NULL
    JOIN assignments ON work = lease JOIN worth USING (b1, b2, param)
"""

_GAINED = """
SELECT last, curves, effort FROM (
    SELECT max(position) AS last, b1, b2, param, sum(curves) AS curves FROM shares
    WHERE number = ? AND position > ? AND position <= ? GROUP BY b1, b2, param
) JOIN worth USING (b1, b2, param)
"""


class Level(Struct, frozen=True, gc=False):
    """The t-level that a number had after an event, thousandths of a digit."""

    position: int
    t_milli: int


def levels_of(connection: sqlite3.Connection, number: int, most: int) -> list[Level]:
    """Return the t-levels of a number in the order of events: after each that changed it, or after `most` at most of them.

    Of more than `most` they are spread evenly over the log, and the last is among them.
    """
    levels: list[Level] = []
    effort = 0
    for after, upto in pairwise(_ends(connection, number, most)):
        gained = connection.execute(_GAINED, (number, after, upto)).fetchall()
        if gained:
            effort += sum(curves * int.from_bytes(worth, "little") for _, curves, worth in gained)
            levels.append(Level(max(position for position, _, _ in gained), t_level_milli(effort)))
    return levels


def _ends(connection: sqlite3.Connection, number: int, most: int) -> list[int]:
    """Cut the log into `most` stretches at most, each of which ends with an event that changed a number, or near one."""
    positions = [
        position
        for (position,) in connection.execute(
            "SELECT DISTINCT position FROM shares WHERE number = ? ORDER BY position LIMIT ?", (number, most + 1)
        )
    ]
    if len(positions) <= most:
        return [0, *positions]
    # A number that is worked on for years has hundreds of thousands: SQLite adds up those of a stretch.
    before = positions[0] - 1
    (last,) = connection.execute("SELECT max(position) FROM shares WHERE number = ?", (number,)).fetchone()
    return [before + (last - before) * step // most for step in range(most + 1)]


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
