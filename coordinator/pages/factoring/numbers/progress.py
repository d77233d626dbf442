"""Progress on what is left of a number: its ladder, the steps that are done and to come, and when a sieve takes over."""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from coordinator.pages.charts.ladders import Axis, Ladder, ladder
from coordinator.pages.factoring.numbers.planning import Plan, planned
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.prospects.sieve import Crossover, crossover
from core.factoring.state.numbers import Number
from projections.factoring.credit.levels import held_levels
from projections.factoring.credit.spending import Spent, out_on, spent_on
from projections.factoring.lists import catalogue
from projections.factoring.numbers.curation import special_form
from projections.factoring.wholes.products import Leaf

_LOWEST, _ROOM, _LEAST_HIGH = 5, 3, 20


class Progress(Struct, frozen=True):
    """The work on one composite, which may be a part of others.

    Attributes:
        number: the composite.
        lineage: its id and those of the numbers that it divides: curves on them count for it.
        plan: what was run and what is to be.
        spent: the curves that count for it.
        ladder: the same drawn.
        crossover: where a sieve takes over.
        difficulty: for the special number field sieve, in digits; None without a special form.
    """

    number: Number
    lineage: list[int]
    plan: Plan
    spent: Sequence[Spent]
    ladder: Ladder
    crossover: Crossover
    difficulty: int | None

    @property
    def curves(self) -> int:
        """How many curves count for it."""
        return sum(one.curves for one in self.spent)

    @property
    def beyond_the_sieve(self) -> bool:
        """Whether the target lies beyond what ECM is worth its work for."""
        return self.number.target_milli > self.crossover.t_milli


def progress_on(connection: sqlite3.Connection, number: Number, leaves: Sequence[Leaf]) -> Progress:
    """Return the progress on a composite; the leaves are those of the whole of which it is left."""
    ancestors, _ = catalogue.relatives_of(connection, number.id)
    lineage = [number.id, *ancestors]
    spent = spent_on(connection, lineage)
    held: Sequence[tuple[Bounds, int]] = out_on(connection, lineage)
    wholes = catalogue.numbers_by_id(connection, ancestors) if ancestors else {}
    difficulty = special_form(connection, (number, *wholes.values()))
    where = crossover(number.digits, difficulty)
    level, goal = number.t_milli / 1000, number.target_milli / 1000
    return Progress(
        number=number,
        lineage=lineage,
        plan=planned(connection, number, spent, held),
        spent=spent,
        ladder=ladder(
            level,
            goal,
            held_levels(connection, [number]).get(number.id, 0) / 1000,
            [leaf.digits for leaf in leaves if leaf.prime],
            Axis(_LOWEST, max(goal, level, _LEAST_HIGH) + _ROOM),
            where.t_milli / 1000,
        ),
        crossover=where,
        difficulty=difficulty,
    )
