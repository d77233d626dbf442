"""Algebraic factors: of a^n ± b^n, of Fibonacci and of Lucas numbers, which their form tells without any search.

Each divides a term x_n of a sequence of which x_gcd(m,n) = gcd(x_m, x_n): b^n - 1, a^n - b^n, or the Fibonacci numbers. b^n + 1 divides
b^2n - 1, and the Lucas number L(n) divides the Fibonacci number of 2n. So the terms at the divisors of n have all algebraic factors
but those of Aurifeuille, which the halves of the Cunningham tables and of Lucas numbers have (Brillhart, Montgomery and
Silverman, "Tables of Fibonacci and Lucas factorizations").
"""

import re
from collections.abc import Iterator
from math import log10

import gmpy2
from gmpy2 import mpz

from core.bigint import digit_count
from core.factoring.formats.expressions import number_from
from core.factoring.formats.forms import COFACTOR, form_of
from core.factoring.formats.names import halves_of, in_plain_signs
from core.refusals import BadInput

_TWO_POWERS = re.compile(rf"\(?([0-9]{{1,9}})\^([0-9]{{1,8}})([-+])([0-9]{{1,9}})\^([0-9]{{1,8}})\)?{COFACTOR}")
_GOLDEN = 1.618
"""The base of which Fibonacci numbers are about powers."""
_FIBONACCI = re.compile(rf"\(?(Fib|L)\(([0-9]{{1,8}})\)\)?{COFACTOR}")


def algebraic_pieces(expression: str, number: mpz, left: mpz) -> list[mpz]:
    """Return what algebraic factors make of what is left of a number, ascending; its form may say nothing of it.

    Args:
        expression: as the number was written; empty when it was written as digits.
        number: the number.
        left: of it, without small primes; no power.
    """
    pieces = [left]
    for term in _terms(expression, number, digit_count(number)):
        pieces = [part for piece in pieces for part in _parted(piece, gmpy2.gcd(piece, term))]
    return sorted(pieces)


def _parted(piece: mpz, common: mpz) -> tuple[mpz, ...]:
    """Part a piece where it shares something with a term; not where both parts would share a prime."""
    if not 1 < common < piece or gmpy2.gcd(common, piece // common) != 1:
        return (piece,)
    return common, piece // common


def _terms(expression: str, number: mpz, digits: int) -> Iterator[mpz]:
    """Return the terms that may share a proper factor with a number, the smallest first."""
    plain = _plain(expression)
    if powers := _TWO_POWERS.fullmatch(plain):
        a, n, b, same = (int(powers[i]) for i in (1, 2, 4, 5))
        index = n * (2 if powers[3] == "+" else 1)
        if n == same and a != b:
            yield from (abs(mpz(a) ** d - mpz(b) ** d) for d in _divisors(index, digits, max(a, b)))
    elif fibonacci := _FIBONACCI.fullmatch(plain):
        index = int(fibonacci[2]) * (2 if fibonacci[1] == "L" else 1)
        divisors = _divisors(index, digits, _GOLDEN)
        yield from map(gmpy2.fib, divisors)
        yield from (5 * gmpy2.fib(k) * (gmpy2.fib(k) + sign) + 1 for k in divisors if k % 2 for sign in (-1, 1))
    elif form := form_of(expression, number.digits()):
        yield from (mpz(form.base) ** d - 1 for d in _divisors(form.exponent, digits, form.base))
        for d in _divisors(form.exponent, 2 * digits, form.base):
            # Twice: the smallest half is 1, which is no number to factor, and what is left has no factor 2.
            yield from (number_from(f"2*({half})", 2 * digits + 10) for half in halves_of(form.base, d))


def _plain(expression: str) -> str:
    try:
        return in_plain_signs(expression).replace(" ", "").replace("**", "^")
    except BadInput:
        return ""


def _divisors(index: int, digits: int, base: float) -> list[int]:
    """Return the divisors of an index up to which the powers of a base are no longer than a number of so many digits."""
    most = min(int((digits + 1) / log10(base)), index) if base > 1 else 0
    return [d for d in range(1, most + 1) if index % d == 0]
