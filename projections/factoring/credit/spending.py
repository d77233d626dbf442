"""Spending on numbers: how many curves with each B1 count for one, and the CPU time that they took."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds

_SPENT = """
SELECT b1, sum(curves), sum(cpu_milliseconds) FROM (
    SELECT b1, curves, timed, cpu_milliseconds FROM work_done WHERE number IN (SELECT value FROM json_each(?1))
    UNION ALL SELECT b1, curves, 0, 0 FROM prior_work WHERE number IN (SELECT value FROM json_each(?1))
) GROUP BY b1 HAVING sum(curves) > 0 OR sum(timed) > 0 ORDER BY b1
"""
_OUT = """
SELECT b1, b2, param, max(curves - max(completed, progressed), 0) FROM leases JOIN assignments ON work = lease
WHERE outcome IS NULL AND subject IN (SELECT 'composite-' || value FROM json_each(?))
"""


class Spent(Struct, frozen=True, gc=False):
    """Curves with one B1, and the time they took.

    Attributes:
        b1: the bound.
        curves: that count, here or declared.
        cpu_milliseconds: of those that were reported with their time.
    """

    b1: int
    curves: int
    cpu_milliseconds: int


def spent_on(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[Spent]:
    """Return what was spent on a number and what it divides, by B1; curves that were run on several count with each."""
    return [Spent(*row) for row in connection.execute(_SPENT, (json.dumps(list(numbers)),))]


def out_on(connection: sqlite3.Connection, numbers: Iterable[int]) -> Sequence[tuple[Bounds, int]]:
    """Return what is handed out on numbers and has not come back: the bounds and curves of each live assignment."""
    rows = connection.execute(_OUT, (json.dumps(list(numbers)),))
    return [(Bounds(b1, b2, param), curves) for b1, b2, param, curves in rows]
