"""Which numbers are powers of others."""

from collections.abc import Sequence

import gmpy2


def powers_among(values: Sequence[tuple[int, str]]) -> list[int]:
    """Return the ids of those numbers, each with its value in decimal, that are a square, a cube or a higher power."""
    return [number for number, value in values if gmpy2.is_power(gmpy2.mpz(value))]
