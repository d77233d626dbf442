"""Results held against what was asked, as far as that takes less than a millisecond.

Sums, products and common divisors are computed once more. Of the primes of a number, the product is; powers, verdicts and
next primes are where the numbers are short. Of longer ones it is seen whether a power is a remainder, whether a next prime
lies where one must (Bertrand's postulate: below twice the number), and whether a small prime divides what is called prime.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import gmpy2
from gmpy2 import mpz

from core.tasks.operations import OPERATIONS

SHORT_DIGITS = 50
"""Numbers of so many digits are tested for primality in some ten microseconds, and the next prime is found in a hundred."""
_SMALL_PRIMES = gmpy2.primorial(1000)


def may_be(name: str, args: Sequence[str], result: str) -> bool:
    """Tell whether a well-formed result may be that of an operation on its numbers."""
    return _CHECKS[name](name, args, result)


def _equal(name: str, args: Sequence[str], result: str) -> bool:
    compute = OPERATIONS[name].compute
    assert compute is not None, f"{name} is a library's call"
    right = compute(args)
    return result == right or (right not in {"true", "false"} and Decimal(result) == Decimal(right))


def _remainder(name: str, args: Sequence[str], result: str) -> bool:
    if _short(args):
        return _equal(name, args, result)
    left = _whole(result)
    return left is not None and 0 <= left < mpz(args[-1])


def _verdict(name: str, args: Sequence[str], result: str) -> bool:
    if _short(args):
        return _equal(name, args, result)
    return result == "false" or _may_be_prime(mpz(args[0]))


def _next_prime(name: str, args: Sequence[str], result: str) -> bool:
    if _short(args):
        return _equal(name, args, result)
    number, following = mpz(args[0]), _whole(result)
    if following is None:
        return False
    return following == 2 if number < 2 else number < following < 2 * number and _may_be_prime(following)


def _multiplies_to(_: str, args: Sequence[str], result: str) -> bool:
    """Tell whether primes and their exponents make up a number."""
    left = mpz(args[0])
    for prime, exponent in json.loads(result, parse_int=mpz):
        if not _may_be_prime(prime):
            return False
        left, times = gmpy2.remove(left, prime)
        if times != exponent:
            return False
    return bool(left == 1)


def _may_be_prime(number: mpz) -> bool:
    if number < 10**SHORT_DIGITS:
        return bool(number > 1 and gmpy2.is_prime(number))
    return bool(gmpy2.gcd(number, _SMALL_PRIMES) == 1)


def _short(args: Sequence[str]) -> bool:
    return max(map(len, args)) <= SHORT_DIGITS


def _whole(result: str) -> mpz | None:
    """Return a decimal number that is whole; None for one that is not."""
    digits, _, fraction = result.partition(".")
    return None if fraction.strip("0") else mpz(digits)


_CHECKS: Mapping[str, Callable[[str, Sequence[str], str], bool]] = {
    "add": _equal,
    "multiply": _equal,
    "gcd": _equal,
    "pow_mod": _remainder,
    "is_prime": _verdict,
    "next_prime": _next_prime,
    "factor": _multiplies_to,
}
