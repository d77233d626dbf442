"""How the t-level of a number rose: read off the shares that its effort is made of."""

import json
import sqlite3
from collections.abc import Iterable

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


class Level(Struct, frozen=True, gc=False):
    """The t-level that a number had after an event, thousandths of a digit."""

    position: int
    t_milli: int


def levels_of(connection: sqlite3.Connection, number: int, most: int) -> list[Level]:
    """Return the t-levels of a number in the order of events; of more than `most` as many, spread evenly, the last too."""
    (total,) = connection.execute("SELECT count(DISTINCT position) FROM shares WHERE number = ?", (number,)).fetchone()
    rows = connection.execute(
        "SELECT position, curves, effort FROM shares JOIN worth USING (b1, b2, param) WHERE number = ? ORDER BY position",
        (number,),
    )
    shown = {-(-total * step // most) for step in range(1, most + 1)} if total > most else set(range(1, total + 1))
    levels: list[Level] = []
    effort = seen = at = 0
    for position, curves, worth in rows:
        if position != at and seen in shown:
            levels.append(Level(at, t_level_milli(effort)))
        seen += position != at
        at = position
        effort += curves * int.from_bytes(worth, "little")
    return [*levels, Level(at, t_level_milli(effort))] if seen else []


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
