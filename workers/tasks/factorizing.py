"""Factors a number completely, as far as that goes within a time: small primes, Pollard's rho, then GMP-ECM.

For numbers that take longer there is factoring proper, which many workers share.
"""

import time
from collections import Counter
from collections.abc import Iterator

import gmpy2
from gmpy2 import mpz

from core.bigint import abbreviate, digit_count
from core.factoring.mathematics.divisibility.primality import split_small_factors
from core.factoring.mathematics.levels.ladder import STANDARD
from workers.factoring.curves import BatchOrder, EcmFailed, run_batch
from workers.factoring.gmp_ecm import candidates

_RHO_DIGITS = 24
"""Up to here rho is done in a second; it also takes what GMP-ECM would find only as a whole."""
_RHO_STEPS = 128
_CURVES = 100
_PARAM = 1


class Unfactored(Exception):  # noqa: N818 - it reads as what is the matter
    """The number was not factored completely in time; the sentence says how far it was."""


def factor(number: mpz, seconds: float) -> list[tuple[mpz, int]]:
    """Return the primes of a number >= 1 and how often each divides it, ascending.

    Raises:
        Unfactored: it takes longer.
    """
    deadline = time.monotonic() + seconds
    small, rest = split_small_factors(number)
    primes: Counter[mpz] = Counter({mpz(prime): times for prime, times in small})
    composites = [rest] if rest > 1 else []
    while composites:
        composite = composites.pop()
        if gmpy2.is_prime(composite):
            primes[composite] += 1
            continue
        divisor = _root(composite) or _divisor(composite, deadline)
        if divisor is None:
            raise Unfactored(_so_far(number, seconds, primes, [composite, *composites]))
        composites += [divisor, composite // divisor]
    return sorted(primes.items())


def _so_far(number: mpz, seconds: float, primes: Counter[mpz], composites: list[mpz]) -> str:
    known = [f"{abbreviate(str(prime))}^{times}" for prime, times in sorted(primes.items())]
    left = [f"an unfactored part of {digit_count(one)} digits" for one in composites]
    return (
        f"{abbreviate(str(number))} was not factored completely within {seconds:g} seconds: it is"
        f" {' * '.join([*known, *left])}; submit it to /api/v1/composites/bulk to have it factored by many workers."
    )


def _root(number: mpz) -> mpz | None:
    """Return the root when the number is a power."""
    if not gmpy2.is_power(number):
        return None
    exponent = 2
    while True:
        root, exact = gmpy2.iroot(number, exponent)
        if exact:
            return mpz(root)
        exponent += 1


def _divisor(number: mpz, deadline: float) -> mpz | None:
    """Return a proper divisor of a composite that is no power; None when none is found in time."""
    found = candidates()
    if digit_count(number) <= _RHO_DIGITS or not found:
        return _by_rho(number, deadline)
    try:
        return _by_ecm(number, str(found[0].path), deadline)
    except EcmFailed:
        return _by_rho(number, deadline)


def _by_rho(number: mpz, deadline: float) -> mpz | None:
    """Find a divisor by Pollard's rho in Brent's variant (BIT 20, 1980), with one gcd for many steps."""
    for constant in range(1, 1_000):
        x = y = start = mpz(2)
        length, product = 1, mpz(1)
        divisor = mpz(1)
        while divisor == 1:
            x = y
            for done in range(0, length, _RHO_STEPS):
                start = y
                for _ in range(min(_RHO_STEPS, length - done)):
                    y = (y * y + constant) % number
                    product = product * abs(x - y) % number
                divisor = gmpy2.gcd(product, number)
                if divisor > 1:
                    break
                if time.monotonic() > deadline:
                    return None
            length *= 2
        if divisor == number:
            divisor = _retrace(x, start, constant, number)
        if divisor < number:
            return divisor
    return None


def _retrace(x: mpz, y: mpz, constant: int, number: mpz) -> mpz:
    """Go through the last steps again one by one: several divisors had come together in one product."""
    while True:
        y = (y * y + constant) % number
        divisor = gmpy2.gcd(abs(x - y), number)
        if divisor > 1:
            return divisor


def _by_ecm(number: mpz, program: str, deadline: float) -> mpz | None:
    """Find a divisor by curves with ever larger bounds.

    Raises:
        EcmFailed: GMP-ECM can't be run.
    """
    for b1 in _bounds():
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        order = BatchOrder(str(number), b1, None, _PARAM, _CURVES)
        with run_batch(program, order) as batch:
            result = batch.result_within(left)
        if result.factors:
            return mpz(result.factors[0].factor)
    return None


def _bounds() -> Iterator[int]:
    """Yield B1 after B1: those of the standard table, the last one again and again."""
    for row in STANDARD:
        yield row.b1
    while True:
        yield STANDARD[-1].b1
