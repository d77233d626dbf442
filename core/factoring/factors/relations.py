"""Relations between numbers: a factor of one is a factor of others whose algebraic form shares it.

The cost is bounded: a term modulo the factor for each divisor of the index that a number of the same sequence shares, and a
division for each number that then has a factor in common.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import gcd

import gmpy2
from gmpy2 import mpz
from msgspec import Struct

from core.factoring.notation.forms import Form
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number

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
    """Return the numbers whose term shares a factor with this one's, each with the factor."""
    for form in state.forms(number) if factors else ():
        indices = state.numbers_of(form.sequence)
        for factor in factors:
            for index in _sharing(form, factor, indices):
                yield from ((other, factor) for other in indices[index] if other != number)


def _sharing(form: Form, factor: mpz, indices: Iterable[int]) -> Iterator[int]:
    """Return the indices whose terms share something with a factor of the one of a form."""
    shares: dict[int, bool] = {}
    for other in indices:
        common = gcd(form.index, other)
        if common not in shares:
            term = form.sequence.modulo(common, factor) * form.sequence.square
            shares[common] = gmpy2.gcd(term, factor) != 1
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
