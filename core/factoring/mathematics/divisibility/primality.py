"""Is it prime, and does it have a small factor?

The test is Baillie, Pomerance, Selfridge and Wagstaff's (BPSW): a strong probable-prime test to base 2 and a strong
Lucas test. It is exact below 2^64 (Feitsma and Galway listed every base-2 pseudoprime there), and no composite of any
size is known to pass it.
"""

from collections.abc import Iterator
from typing import Literal

import gmpy2
from gmpy2 import mpz

from core.refusals import BadInput

Primality = Literal["composite", "proven", "probable"]
"""`proven`: certainly prime. `probable`: prime, as far as BPSW and a Miller-Rabin test can tell."""

IN_WORDS: dict[str, str] = {"proven": "prime", "probable": "a probable prime"}
"""What a number that passes for a prime is, to be written behind "is"."""

SMALL_FACTORS_BELOW = 10_000
"""Prime factors below this are found at once, by one gcd."""

_EXACT_BELOW = mpz(2) ** 64

_ROUNDS = 25
"""As GMP counts them: the first 24 stand for BPSW, each further one for a Miller-Rabin test."""

_PRIMORIAL = gmpy2.primorial(SMALL_FACTORS_BELOW)


def settle(number: mpz) -> Primality:
    """Whether a number >= 2 is composite or prime.

    A prime takes about a second at 3,400 digits and a quarter of a minute at 10,000; a composite about a sixth of that.

    Raises:
        BadInput: the number is below 2.
    """
    if number < 2:
        raise BadInput(f"{number} is neither prime nor composite; a number from 2 on is accepted.")
    if number < _EXACT_BELOW:
        return "proven" if gmpy2.is_strong_bpsw_prp(number) else "composite"
    return "probable" if gmpy2.is_prime(number, _ROUNDS) else "composite"


def split_small_factors(number: mpz) -> tuple[tuple[tuple[int, int], ...], mpz]:
    """The (prime, exponent) pairs below `SMALL_FACTORS_BELOW`, ascending, of a number >= 1, and what is left of it."""
    pairs = []
    for prime in _small_primes_of(number):
        number, exponent = gmpy2.remove(number, mpz(prime))
        pairs.append((prime, int(exponent)))
    return tuple(pairs), number


def root_of(number: mpz) -> tuple[mpz, int]:
    """The smallest root of a number >= 2, and the power to which it is the number; the number itself and 1 when it is none."""
    times = 1
    while number > 1 and gmpy2.is_power(number):
        exponent = 2
        while not gmpy2.iroot(number, exponent)[1]:
            exponent = int(gmpy2.next_prime(exponent))
        number, times = gmpy2.iroot(number, exponent)[0], times * exponent
    return number, times


def _small_primes_of(number: mpz) -> Iterator[int]:
    """The primes below `SMALL_FACTORS_BELOW` that divide a number >= 1, ascending."""
    shared = gmpy2.gcd(number, _PRIMORIAL)
    prime = mpz(1)
    while shared > 1:
        prime = gmpy2.next_prime(prime)
        if gmpy2.is_divisible(shared, prime):
            shared //= prime
            yield int(prime)
