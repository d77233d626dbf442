"""Products that numbers are known to be: their prime factors, and the composite parts that are left."""

import json
import sqlite3
from collections.abc import Iterable

from msgspec import Struct

from core.factoring.state.numbers import Status

_LEAVES = """
WITH RECURSIVE tree (root, number, times) AS (
    SELECT value, value, 1 FROM json_each(?)
    UNION ALL SELECT root, part, tree.times * parts.times FROM tree JOIN parts USING (number)
)
SELECT root, number, sum(times), value, digits, primality, status FROM tree JOIN numbers USING (number)
WHERE status NOT IN ('split', 'factored') GROUP BY root, number ORDER BY root, status <> 'prime', digits, value
"""
_PARTS = """
SELECT number, part, times FROM parts WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number, part
"""


class Leaf(Struct, frozen=True, gc=False):
    """A part that is not split any further.

    Attributes:
        number: its id.
        times: how often it divides.
        value: in decimal.
        digits: how many it has.
        primality: `composite`, `proven` or `probable`.
        status: see `core.factoring.state.Status`.
    """

    number: int
    times: int
    value: str
    digits: int
    primality: str
    status: Status

    @property
    def prime(self) -> bool:
        """Whether it passes for one."""
        return self.primality != "composite"


def leaves_of(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, list[Leaf]]:
    """Return what each number is known to be the product of: primes from the smallest, then what is left."""
    found: dict[int, list[Leaf]] = {}
    for root, *columns in connection.execute(_LEAVES, (json.dumps(list(numbers)),)):
        found.setdefault(root, []).append(Leaf(*columns))
    return found


def split_into(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return the parts of those of some numbers that were split, each with how often it divides."""
    found: dict[int, dict[int, int]] = {}
    for number, part, times in connection.execute(_PARTS, (json.dumps(list(numbers)),)):
        found.setdefault(number, {})[part] = times
    return found
