"""Finds in lists: factors with the submitted numbers in which they were found, and what they leave of them."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from coordinator.pages.rendering import filters
from core.factoring.state.numbers import Number
from core.timestamps import EPOCH
from projections.factoring.credit.contributors import DAY
from projections.factoring.factors import Factor
from projections.factoring.lists import catalogue
from projections.factoring.wholes import submitted
from projections.factoring.wholes.submitted import Submitted


class Find(Struct, frozen=True):
    """A factor in a list.

    Attributes:
        factor: the factor.
        whole: the submitted number that it divides, or the number on which it was found.
        stands: how that stands as a whole; None for a number that nobody handed in.
        leaves: the digits of the largest composite part that is left; 0 for none, or when that is not known.
        last: whether it is the one that split its whole last: there it is told, once in a list, what became of that.
        today: whether it was found today.
        day: when it was found, in words: `Today`, `Yesterday` or a date.
    """

    factor: Factor
    whole: Number | None
    stands: Submitted | None
    leaves: int
    last: bool
    today: bool
    day: str

    @property
    def prime(self) -> bool:
        """Whether it passes for one."""
        return self.factor.primality != "composite"


def finds(connection: sqlite3.Connection, factors: Sequence[Factor], now: int) -> list[Find]:
    """Return factors with what a list shows of them, in the order in which they are given."""
    wholes = submitted.first_roots(connection, {factor.number for factor in factors})
    roots = {factor.number: wholes.get(factor.number, factor.number) for factor in factors}
    stands = submitted.by_number(connection, set(roots.values()))
    left = {row.remaining for row in stands.values() if row.remaining}
    numbers = catalogue.numbers_by_id(connection, sorted({*roots.values(), *left}))
    found: list[Find] = []
    told: set[int] = set()
    for factor in factors:
        root = roots[factor.number]
        row = stands.get(root)
        remaining = numbers.get(row.remaining) if row and row.remaining else None
        ago = now // DAY - factor.recorded_at // DAY
        last = row is not None and factor.recorded_at == row.split_at and root not in told
        found.append(
            Find(
                factor=factor,
                whole=numbers.get(root),
                stands=row,
                leaves=remaining.digits if remaining else 0,
                last=last,
                today=ago <= 0,
                day=_day(factor.recorded_at, now, ago),
            )
        )
        if last:
            told.add(root)
    return found


def _day(at: int, now: int, ago: int) -> str:
    if ago <= 1:
        return "Yesterday" if ago == 1 else "Today"
    then, today = EPOCH + timedelta(microseconds=at), EPOCH + timedelta(microseconds=now)
    return filters.date(then, today)
