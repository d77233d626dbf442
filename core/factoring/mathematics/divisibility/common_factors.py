"""Which of many numbers have factors in common, and which: greatest common divisors, taken in batches."""

from collections.abc import Sequence

import gmpy2
from gmpy2 import mpz

Values = Sequence[tuple[int, str]]
"""Numbers by their ids, in decimal."""


def product_of(values: Sequence[str]) -> mpz:
    """Return the product of numbers, in a tree: so the factors of each multiplication are alike in length."""
    return _tree(list(map(mpz, values)))[-1][0]


def sharing(page: Values, product: mpz, known: frozenset[str]) -> list[str]:
    """Return the numbers that share something with those of a product, but for each with itself (D. J. Bernstein's batch gcd).

    Args:
        page: the numbers.
        product: of others, among which some of them may be.
        known: those of them that are.
    """
    numbers = [mpz(value) for _, value in page]
    *below, _ = tree = _tree([number * number for number in numbers])
    rests = [product % tree[-1][0]]
    for level in reversed(below):
        rests = [rests[i // 2] % one for i, one in enumerate(level)]
    return [
        value
        for (_, value), number, rest in zip(page, numbers, rests, strict=True)
        if gmpy2.gcd(rest // number if value in known else rest, number) != 1
    ]


def shared_with(value: str, known: Sequence[str]) -> list[str]:
    """Return the proper factors that a number shares with others, the shortest first."""
    number = mpz(value)
    shared = {gmpy2.gcd(number, mpz(other)) for other in known} - {mpz(1), number}
    return [factor.digits() for factor in sorted(shared)]


def _tree(level: list[mpz]) -> list[list[mpz]]:
    """Return products of two, of four, and so on, down to one; the numbers themselves first."""
    levels = [level]
    while len(level) > 1:
        level = [gmpy2.mul(*level[i : i + 2]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
        levels.append(level)
    return levels
