"""A number as one product, however deep it was split: its primes, and what is not taken apart yet."""

import sqlite3

from msgspec import Struct

from core.factoring.state import Number
from projections.factoring.lists import catalogue

_LEAVES = """
WITH RECURSIVE tree(number, times) AS (
    SELECT ?1, 1
    UNION ALL
    SELECT parts.part, parts.times * tree.times FROM tree JOIN parts USING (number)
)
SELECT number, sum(times) FROM tree WHERE number NOT IN (SELECT number FROM parts) GROUP BY number
"""


class Leaf(Struct, frozen=True):
    """A divisor that is not taken apart, and how often it divides."""

    number: Number
    times: int


def factorization_of(connection: sqlite3.Connection, number: int) -> list[Leaf]:
    """Return the primes of a number and the composites left of it, the smallest first: their product is the number."""
    times: dict[int, int] = dict(connection.execute(_LEAVES, (number,)))
    leaves = catalogue.numbers_by_id(connection, list(times))
    return sorted((Leaf(leaves[one], times[one]) for one in leaves), key=_by_size)


def _by_size(leaf: Leaf) -> tuple[int, str]:
    return leaf.number.digits, leaf.number.value
