"""When work will be done: what is left of a project, or of all numbers, at the pace of the last day, and its spread."""

import sqlite3
from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import fmean, stdev

from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.prospects.climbing import climb_milliseconds
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.factoring.state.numbers import Number
from core.timestamps import LAST, SECOND
from projections.factoring.assignment import prospects
from projections.factoring.assignment.prospects import Window
from projections.factoring.lists.remaining import ALL, Remaining, remaining

_STRETCHES = 12
"""Of two hours each, when there was work all day."""
_LEAST = 300 * SECOND
"""Of work so short no pace is read, unless very much was reported in it."""
_ERRORS = 2.2
"""So many standard errors of the mean pace lie to either side of it: of twelve stretches, by Student's distribution with eleven
degrees of freedom, 95 in 100 such spreads hold the pace that they are of."""
_MILLISECONDS = 1000


class Finish(Struct, frozen=True):
    """The work that is left, and when it is done if all goes on as in the last day; factors that are found make it sooner.

    Attributes:
        left_milliseconds: on one core at nominal speed.
        cores: that were at work in the last day, on average, at nominal speed; None before there is a pace.
        likely: when it is done, microseconds UTC, in the year 9999 if not before; None without a pace.
        earliest: the same if it goes on as fast as the last day may have meant.
        latest: the same as slowly; None when it may as well come to a standstill.
        seen: how much of the last day the pace is of, microseconds, where work began within it or very much was reported; None
            for all of it.
    """

    left_milliseconds: float
    cores: float | None = None
    likely: int | None = None
    earliest: int | None = None
    latest: int | None = None
    seen: int | None = None


def finish(connection: sqlite3.Connection, now: int, project: str = ALL, begun: int = 0) -> Finish:
    """Return what is left of a project, on which work may have `begun` then, or of all numbers, and when that is done."""
    left = work_left(remaining(connection, project))
    return finished(left, prospects.lately(connection, now, _STRETCHES, project, begun), now)


def finish_of(connection: sqlite3.Connection, number: Number, lineage: Sequence[int], begun: int, now: int) -> Finish:
    """Return what is left of one number up to its target, and when that is done, at the pace of the curves that count for it.

    Args:
        connection: to the tables.
        number: the composite.
        lineage: its id and those of the numbers that it divides.
        begun: when it was handed in, or what it is a part of.
        now: the end of the day whose pace is taken.
    """
    left = climb_milliseconds(number.t_milli, number.target_milli, number.digits, number.param)
    return finished(left, prospects.lately_on(connection, now, _STRETCHES, lineage, begun), now)


def work_left(rows: Iterable[Remaining]) -> float:
    """Return how long the curves to the targets of some numbers take on one core, milliseconds."""
    return sum(row.numbers * climb_milliseconds(row.t_milli, row.target_milli, row.digits) for row in rows)


def finished(left: float, window: Window, now: int) -> Finish:
    """Return when so much work is done, at the pace that a window of time shows."""
    length = max(now - window.begin, 1)
    done = [0.0] * _STRETCHES
    for one in window.reports:
        done[one.stretch] += one.curves * nominal_microseconds(Bounds(one.b1, one.b2, 1), one.digits) / _MILLISECONDS
    if (length < _LEAST and not window.cut) or not left:
        return Finish(left)
    stretch = length / _STRETCHES / SECOND * _MILLISECONDS
    cores = [each / stretch for each in done]
    pace = fmean(cores)
    if not pace:
        return Finish(left, 0.0)
    off = _ERRORS * stdev(cores) / sqrt(_STRETCHES)

    def end(at: float) -> int:
        return round(min(now + left / at / _MILLISECONDS * SECOND, LAST))

    slowly = end(pace - off) if pace > off else None
    return Finish(
        left, pace, end(pace), end(pace + off), slowly, length if length < prospects.DAY_SECONDS * SECOND else None
    )
