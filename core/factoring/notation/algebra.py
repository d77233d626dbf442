"""Algebraic factors: of a^n ± b^n, of Fibonacci and of Lucas numbers, which their form tells without any search.

Each divides a term of a Lucas sequence (`forms`), of which U_m and U_n have U_gcd(m,n) in common. So the terms at the divisors of n
have all algebraic factors but those of Aurifeuille, which the halves of the Cunningham tables and of Lucas numbers have
(Brillhart, Montgomery and Silverman, "Tables of Fibonacci and Lucas factorizations").
"""

from collections.abc import Iterator
from math import log10, sqrt

import gmpy2
from gmpy2 import mpz

from core.bigint import digit_count
from core.factoring.notation.expressions import number_from
from core.factoring.notation.forms import FIBONACCI, Form, form_of
from core.factoring.notation.names import halves_of


def algebraic_pieces(expression: str, number: mpz, left: mpz) -> list[mpz]:
    """Return what algebraic factors make of what is left of a number, ascending; its form may say nothing of it.

    Args:
        expression: as the number was written; empty when it was written as digits.
        number: the number.
        left: of it, without small primes; no power.
    """
    pieces = [left]
    form = form_of(expression, number.digits())
    for term in _terms(form, digit_count(number)) if form else ():
        pieces = [part for piece in pieces for part in _parted(piece, gmpy2.gcd(piece, term))]
    return sorted(pieces)


def _parted(piece: mpz, common: mpz) -> tuple[mpz, ...]:
    """Part a piece where it shares something with a term; not where both parts would share a prime."""
    if not 1 < common < piece or gmpy2.gcd(common, piece // common) != 1:
        return (piece,)
    return common, piece // common


def _terms(form: Form, digits: int) -> Iterator[mpz]:
    """Return what may share a proper factor with a number of so many digits and of a form, the smallest first."""
    sequence, index = form.sequence, form.index
    difference, left_over = gmpy2.isqrt_rem(mpz(sequence.square))
    if not left_over:
        yield difference
    divisors = _divisors(index, digits, (sequence.p + sqrt(sequence.square)) / 2)
    yield from (gmpy2.lucasu(sequence.p, sequence.q, d) for d in divisors)
    if sequence == FIBONACCI:
        yield from (5 * gmpy2.fib(k) * (gmpy2.fib(k) + sign) + 1 for k in divisors if k % 2 for sign in (-1, 1))
    elif sequence.q == sequence.p - 1:  # those of b^n - 1
        for d in _divisors(index, 2 * digits, sequence.q):
            # Twice: the smallest half is 1, which is no number to factor, and what is left has no factor 2.
            yield from (number_from(f"2*({half})", 2 * digits + 10) for half in halves_of(sequence.q, d))


def _divisors(index: int, digits: int, base: float) -> list[int]:
    """Return the divisors of an index up to which the powers of a base are no longer than a number of so many digits."""
    most = min(int((digits + 1) / log10(base)), index)
    return [d for d in range(1, most + 1) if index % d == 0]
