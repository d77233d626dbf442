"""Relations between numbers: a factor of one is a factor of others whose algebraic form shares it.

The cost is bounded: a power modulo the factor for each divisor of the exponent that a number of the same base shares, and a
division for each number that then has a factor in common.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import gcd

import gmpy2
from gmpy2 import mpz
from msgspec import Struct

from core.factoring.state import FactoringState, Number

LONGEST_FACTOR = 200
"""In digits; no method that is tried on many numbers finds longer ones."""
MOST_LEARNERS = 64
"""Of one report."""
_MOST_LOOKED_AT = 512


class Learner(Struct, frozen=True, gc=False):
    """A number that shares factors with another, and what it shares, in decimal."""

    number: Number
    shared: tuple[str, ...]


def learners(number: int, factors: Sequence[str], state: FactoringState) -> list[Learner]:
    """Return the composites on record that share a proper factor with those of a number, by form, by id."""
    short = [mpz(factor) for factor in factors if len(factor) <= LONGEST_FACTOR]
    shared: dict[int, dict[str, None]] = {}
    for other, factor in islice(_candidates(number, short, state), _MOST_LOOKED_AT):
        if common := _common(other, factor, state):
            shared.setdefault(other, {})[common] = None
    found = [(state.number(other), tuple(shared[other])) for other in sorted(shared)[:MOST_LEARNERS]]
    return [Learner(known, common) for known, common in found if known is not None]


def _candidates(number: int, factors: Sequence[mpz], state: FactoringState) -> Iterator[tuple[int, mpz]]:
    """Return the numbers whose exponent shares a factor with this one's, each with the factor."""
    for form in state.forms(number) if factors else ():
        exponents = state.exponents_of(form.base)
        for factor in factors:
            for exponent in _sharing(form.base, form.exponent, factor, exponents):
                yield from ((other, factor) for other in exponents[exponent] if other != number)


def _sharing(base: int, exponent: int, factor: mpz, exponents: Mapping[int, Sequence[int]]) -> Iterator[int]:
    """Return the exponents e for which base^e - 1 shares something with a factor of base^exponent - 1."""
    shares: dict[int, bool] = {}
    for other in exponents:
        common = gcd(exponent, other)
        if common not in shares:
            shares[common] = gmpy2.gcd(gmpy2.powmod(base, common, factor) - 1, factor) != 1
        if shares[common]:
            yield other


def _common(other: int, factor: mpz, state: FactoringState) -> str:
    """Return the proper factor, in decimal, that a number shares with another's; empty when it has none."""
    known = state.number(other)
    if known is None or known.primality != "composite":
        return ""
    whole = mpz(known.value)
    shared = gmpy2.gcd(whole, factor)
    return shared.digits() if 1 < shared < whole else ""
