"""Whose curves are whose: when what was run on one number was run on another."""

from collections.abc import Iterable

import gmpy2
from gmpy2 import mpz
from msgspec import Struct

from core.factoring.mathematics.divisibility.primality import split_small_factors


class Covering(Struct, frozen=True):
    """Whether what was run on one number counts for another. Of long numbers it takes seconds.

    Attributes:
        run_on: the one, in decimal.
        number: the other, in decimal.
        primes: that are known to divide it, in decimal.
    """

    run_on: str
    number: str
    primes: tuple[str, ...]

    def find(self) -> bool:
        """Find it out."""
        return covers(mpz(self.run_on), mpz(self.number), map(mpz, self.primes))


def covers(run_on: mpz, number: mpz, primes: Iterable[mpz]) -> bool:
    """Tell whether curves on one number are curves on another: on a multiple of it, or on what is left of it without known primes.

    Args:
        run_on: the one.
        number: the other.
        primes: that are known to divide it, or products of such. Small ones are known anyway, and so is one that is left alone.
    """
    if run_on < 2 or gmpy2.is_divisible(run_on, number):
        return bool(run_on > 1)
    return bool(gmpy2.is_divisible(number, run_on)) and _is_known(number // run_on, primes)


def _is_known(rest: mpz, primes: Iterable[mpz]) -> bool:
    for prime in primes:
        while rest > 1 and (shared := gmpy2.gcd(rest, prime)) > 1:
            rest //= shared
    return rest == 1 or split_small_factors(rest)[1] == 1 or bool(gmpy2.is_prime(rest))
