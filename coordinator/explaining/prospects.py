"""The prospects of a number: what might be run next on it, weighed against each other, why, and what that may lead to."""

import sqlite3

from msgspec import Struct

from core.factoring.mathematics.levels import effort
from core.factoring.mathematics.levels.beside import effort_beside
from core.factoring.mathematics.prospects import choice
from core.factoring.mathematics.prospects.choice import Arm
from core.factoring.mathematics.prospects.outlook import chance_of_a_find
from core.factoring.state.numbers import Number
from projections.factoring.assignment import prospects

_LEAST_SHARE = 20
"""Of what the best promises an alternative has to promise one part in so many to be shown."""
_PROMISE_BITS = 48
_SIZES = range(15, 56, 5)
_MOST_NUMBERS = 100
"""So many numbers at most are looked at for what a day's work may lead to; there are hardly ever factors in none of them."""


class Alternative(Struct, frozen=True):
    """A kind of curve that might be run next.

    Attributes:
        b1: bound of stage 1.
        microseconds: for a curve, nominally, on one core.
        chance: that a curve finds a factor.
        an_hour: how many finds an hour of one core promises.
        share: of what the best promises.
    """

    b1: int
    microseconds: int
    chance: float
    an_hour: float
    share: float


class Plan(Struct, frozen=True):
    """The next curves on a number.

    Attributes:
        best: what is run next.
        curves: how many of it, until they promise a tenth less; a worker gets more where that is less than it asks for.
        alternatives: what else might be run, in the order of B1, the best among them.
        ahead: how many numbers that nobody holds come before it, at most `prospects.MOST_AHEAD`.
        a_day: the chance that a day of one core finds a factor.
        at_this_pace: the chance that as much as was done on it in the last day does.
        pace_seconds: how much that was, in CPU-seconds.
    """

    best: Alternative
    curves: int
    alternatives: list[Alternative]
    ahead: int
    a_day: float
    at_this_pace: float
    pace_seconds: float

    @property
    def ahead_at_least(self) -> bool:
        """Whether it was not counted to the end how many come before it."""
        return self.ahead >= prospects.MOST_AHEAD


def planned(connection: sqlite3.Connection, number: Number, now: int) -> Plan | None:
    """Return what comes next for a number, and what that may lead to; None when nothing does."""
    if number.status != "open":
        return None
    standing = number.tried, number.digits, number.param
    best = choice.best(*standing)
    if not best.promise:
        return None
    pace_seconds = prospects.pace_of_number(connection, number.id, now)
    return Plan(
        best=_alternative(best, best),
        curves=choice.curves_at_once(number.tried, number.digits, best),
        alternatives=[
            _alternative(arm, best) for arm in choice.arms(*standing) if arm.promise * _LEAST_SHARE >= best.promise
        ],
        ahead=prospects.ahead_of(connection, number),
        a_day=chance_of_a_find([standing], prospects.DAY_SECONDS),
        at_this_pace=chance_of_a_find([standing], pace_seconds),
        pace_seconds=pace_seconds,
    )


class Outlook(Struct, frozen=True):
    """The chance that the CPU time of a day, as much as was spent in the last one, finds a factor."""

    pace_seconds: float
    chance: float


def outlook(connection: sqlite3.Connection, pace_seconds: float, project: str = "") -> Outlook:
    """Return what as much work as in the last day may lead to, where it promises the most; of a project, or of all numbers."""
    numbers = prospects.most_promising(connection, _MOST_NUMBERS, project) if pace_seconds else []
    return Outlook(pace_seconds, chance_of_a_find(numbers, pace_seconds))


def beside(number: Number) -> dict[int, float]:
    """Return the chance that P-1 and P+1 would have found a factor of a number, by its digits; nothing where none was run."""
    ran = effort_beside(number.minus_one_b1, number.plus_one_b1)
    missed = effort.missed(ran) if ran else {}
    return {digits: 1 - missed[digits] for digits in _SIZES if digits in missed and digits <= number.digits // 2}


def _alternative(arm: Arm, best: Arm) -> Alternative:
    return Alternative(
        b1=arm.bounds.b1,
        microseconds=arm.microseconds,
        chance=arm.promise / 2**_PROMISE_BITS * arm.microseconds / 1e6,
        an_hour=arm.promise / 2**_PROMISE_BITS * 3_600,
        share=arm.promise / best.promise,
    )
