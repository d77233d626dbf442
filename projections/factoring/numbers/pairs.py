"""Which digits, and which two in a row, a number has in its value and its expression: bits of two integers in its row.

They stand in the index that lists look at: a search for one or two digits reads no value, and one for more reads only those
that have every two of them in a row. Values and expressions never change.
"""

from itertools import product
from string import digits

_BITS = {text: 1 << bit for bit, text in enumerate((*digits, *map("".join, product(digits, repeat=2))))}
_LOW = 55
"""So many bits stand in the first integer and as many in the second, of the 63 that SQLite's have besides the sign."""
_SINGLE = (1 << len(digits)) - 1
TOLD_BY_PAIRS = 2
"""Whether a number has a text of so many digits or fewer, its bits alone tell."""


def pairs_of(text: str) -> tuple[int, int]:
    """Return the bits of a text: the first half of them and the second."""
    bits = sum(bit for part, bit in _BITS.items() if part in text)
    return bits & (1 << _LOW) - 1, bits >> _LOW


def with_all_pairs_of(text: str) -> str:
    """Return the condition that a number has all pairs of digits that a text has, or its only digit."""
    low, high = pairs_of(text)
    wanted = {"pairs_low": low & ~_SINGLE if len(text) > 1 else low, "pairs_high": high}
    return " AND ".join(f"{column} & {bits} = {bits}" for column, bits in wanted.items() if bits) or "1"
