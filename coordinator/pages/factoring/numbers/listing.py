"""Listing submitted numbers: each with what it is a product of, how far what is left of it was searched, and who works on it."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from coordinator.pages.charts.ladders import LIST_AXIS, Axis, Ladder, ladder
from core.factoring.mathematics.prospects.climbing import climb_milliseconds
from core.factoring.mathematics.prospects.sieve import crossover
from core.factoring.state.numbers import Number
from projections.factoring.assignment import holdings
from projections.factoring.credit.levels import held_levels
from projections.factoring.lists import catalogue
from projections.factoring.numbers.curation import special_form
from projections.factoring.wholes import submitted
from projections.factoring.wholes.products import Leaf, leaves_of
from projections.factoring.wholes.submitted import Standing, Submitted

_FIRST, _LAST = 3, 4
"""So many factors of a long product stand at its ends."""


class Product(Struct, frozen=True):
    """A product that fits a line: `first`, then `omitted` factors that are not shown, then `last`."""

    first: list[Leaf]
    omitted: int
    last: list[Leaf]


class Listed(Struct, frozen=True):
    """A number in a list.

    Attributes:
        number: as it was handed in.
        stands: how it stands as a whole.
        left: the part that `stands` for it; None when nothing is left.
        product: what it is known to be.
        assignments: how many of it and of its parts are handed out.
        reserved: whether it or a part of it is worked on elsewhere.
        ladder: how far `left` was searched, on an axis of digits; where a sieve takes over, if its target lies beyond.
        left_milliseconds: the work up to its target, on one core at nominal speed; on the ladder the last digits are most of it.
    """

    number: Number
    stands: Submitted
    left: Number | None
    product: Product
    assignments: int
    reserved: bool
    ladder: Ladder
    left_milliseconds: float


class Group(Struct, frozen=True):
    """Numbers that stand in one way; `total` is how many there are, of which some are listed."""

    standing: Standing
    total: int
    rows: list[Listed]


def listed(connection: sqlite3.Connection, rows: Sequence[Submitted], axis: Axis = LIST_AXIS) -> list[Listed]:
    """Return submitted numbers with all that a list shows of them, in the order in which they are given."""
    ids = {row.number for row in rows} | {row.remaining for row in rows if row.remaining}
    numbers = catalogue.numbers_by_id(connection, sorted(ids))
    leaves = leaves_of(connection, [row.number for row in rows])
    worked_on = [numbers[row.remaining] for row in rows if row.leases and row.remaining]
    held = held_levels(connection, worked_on) if worked_on else {}
    beyond = {row.number: _beyond(connection, row, numbers) for row in rows if row.remaining and not row.factored}
    reserved = _reserved(connection)
    return [
        _row(row, numbers, leaves[row.number], held, reserved[row.number], beyond.get(row.number), axis) for row in rows
    ]


def _reserved(connection: sqlite3.Connection) -> Counter[int]:
    """Count the reservations on submitted numbers and their parts, by the submitted number."""
    wholes = submitted.roots(connection, holdings.reserved_numbers(connection))
    return Counter(root for roots in wholes.values() for root in roots)


def _beyond(connection: sqlite3.Connection, row: Submitted, numbers: Mapping[int, Number]) -> float | None:
    """Return the t-level from which a sieve is faster for what is left of a number, when its target lies beyond that."""
    left = numbers[row.remaining]
    ends = crossover(left.digits, special_form(connection, (left, numbers[row.number]))).t_milli
    return ends / 1000 if left.target_milli > ends else None


def _row(
    row: Submitted,
    numbers: Mapping[int, Number],
    leaves: list[Leaf],
    held: Mapping[int, int],
    reserved: int,
    sieve: float | None,
    axis: Axis,
) -> Listed:
    found = [leaf.digits for leaf in leaves if leaf.prime]
    left = numbers[row.remaining] if row.remaining else None
    return Listed(
        number=numbers[row.number],
        stands=row,
        left=left,
        product=product_of(leaves),
        assignments=row.leases - reserved,
        reserved=reserved > 0,
        ladder=ladder(
            row.t_milli / 1000,
            None if row.factored else row.target_milli / 1000,
            held.get(row.remaining, 0) / 1000,
            found,
            axis,
            sieve,
        ),
        left_milliseconds=climb_milliseconds(left.t_milli, left.target_milli, left.digits, left.param) if left else 0,
    )


def product_of(leaves: list[Leaf]) -> Product:
    """Return a product, cut in its middle when it has very many factors."""
    if len(leaves) <= _FIRST + _LAST + 1:
        return Product(leaves, 0, [])
    return Product(leaves[:_FIRST], len(leaves) - _FIRST - _LAST, leaves[-_LAST:])


def groups(connection: sqlite3.Connection, sizes: Mapping[Standing, int]) -> list[Group]:
    """Return the first numbers of each standing, in the order in which the standings are given."""
    tallies = submitted.tallies(connection)
    rows = {standing: submitted.listed(connection, standing, size) for standing, size in sizes.items()}
    all_rows = listed(connection, [row for each in rows.values() for row in each])
    shown = {row.stands.number: row for row in all_rows}
    return [
        Group(standing, tallies.get(standing, 0), [shown[row.number] for row in each])
        for standing, each in rows.items()
        if each
    ]


def stretch(connection: sqlite3.Connection, standings: Sequence[Standing], size: int, offset: int) -> list[Group]:
    """Return one page of the numbers of some standings, one standing after the other."""
    tallies = submitted.tallies(connection)
    found: list[Group] = []
    for standing in standings:
        total = tallies.get(standing, 0)
        rows = submitted.listed(connection, standing, size, max(offset, 0)) if size and offset < total else []
        if rows:
            found.append(Group(standing, total, listed(connection, rows)))
        size, offset = size - len(rows), offset - total
    return found


def wholes_of(connection: sqlite3.Connection, numbers: Iterable[Number]) -> dict[int, Number]:
    """Return the submitted number of which each of some numbers is a part, by the part's id; of others, none."""
    roots = submitted.first_roots(connection, {number.id for number in numbers})
    known = catalogue.numbers_by_id(connection, sorted({root for part, root in roots.items() if root != part}))
    return {part: known[root] for part, root in roots.items() if root != part and root in known}
