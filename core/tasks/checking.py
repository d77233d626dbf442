"""Results held against what was asked, as far as that takes less than a millisecond.

Sums, products and common divisors are computed once more. Of the primes of a number, the product is; powers and verdicts
are where the numbers are short. The others are believed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import gmpy2
from gmpy2 import mpz

from core.tasks.operations import OPERATIONS

SHORT_DIGITS = 50
"""Numbers of so many digits are tested for primality in some ten microseconds."""


def may_be(name: str, args: Sequence[str], result: str) -> bool:
    """Tell whether a well-formed result may be that of an operation on its numbers."""
    return _CHECKS[name](name, args, result)


def _equal(name: str, args: Sequence[str], result: str) -> bool:
    compute = OPERATIONS[name].compute
    assert compute is not None, f"{name} is a library's call"
    right = compute(args)
    return result == right or (right not in {"true", "false"} and Decimal(result) == Decimal(right))


def _equal_if_short(name: str, args: Sequence[str], result: str) -> bool:
    return max(map(len, args)) > SHORT_DIGITS or _equal(name, args, result)


def _above(_: str, args: Sequence[str], result: str) -> bool:
    return Decimal(result) > Decimal(args[0])


def _multiplies_to(_: str, args: Sequence[str], result: str) -> bool:
    """Tell whether primes and their exponents make up a number; longer ones are taken for primes."""
    left = mpz(args[0])
    for prime, exponent in json.loads(result, parse_int=mpz):
        if prime < 2 or (prime < 10**SHORT_DIGITS and not gmpy2.is_prime(prime)):
            return False
        left, times = gmpy2.remove(left, prime)
        if times != exponent:
            return False
    return bool(left == 1)


_CHECKS: Mapping[str, Callable[[str, Sequence[str], str], bool]] = {
    "add": _equal,
    "multiply": _equal,
    "gcd": _equal,
    "pow_mod": _equal_if_short,
    "is_prime": _equal_if_short,
    "next_prime": _above,
    "factor": _multiplies_to,
}
