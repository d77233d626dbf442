"""Algebraic forms: numbers that divide a term of a Lucas sequence, whose terms share factors, and those of a special sieve.

U_0 = 0, U_1 = 1, U_n = P U_(n-1) - Q U_(n-2). Where P and Q have nothing in common, U_m and U_n have U_gcd(m,n) in common and nothing
else. With P = a + b and Q = ab, (a - b) U_n is a^n - b^n, b = 1 for the Cunningham tables; the Fibonacci numbers have P = 1, Q = -1.
a^n + b^n divides a^2n - b^2n, and so do the halves L and M; Phi(n,b) and repunits divide b^n - 1; the Lucas number L(n) divides the
Fibonacci number of 2n. Bases that are a power together stand for their roots: 4^n - 9^n is 2^2n - 3^2n.
"""

import re
from collections.abc import Callable
from math import ceil, gcd, log10

import gmpy2
from gmpy2 import mpz
from msgspec import Struct

from core.factoring.mathematics.divisibility.primality import root_of
from core.factoring.notation.names import in_plain_signs
from core.refusals import BadInput

MOST_EXPONENT = 10**7
_LARGEST_BASE = 10**9
_COFACTOR = r"(?:/[0-9()*^/]+)?"
_PLUS_MINUS_ONE = re.compile(
    rf"\(?([0-9]{{1,9}})\^([0-9]{{1,8}}|\([0-9]{{1,5}}(?:[*^][0-9]{{1,5}})*\))([-+])1\)?{_COFACTOR}"
)
_SPECIAL = re.compile(
    r"\(?(?:([0-9]{1,9})\*)?([0-9]{1,9})\^([0-9]{1,8}|\([0-9]{1,5}(?:[*^][0-9]{1,5})*\))[-+]([0-9]{1,9})\)?" + _COFACTOR
)
_LEAST_EXPONENT = 16
"""Below, no polynomial of a degree that pays has small coefficients."""
_TWO_POWERS = re.compile(rf"\(?([0-9]{{1,9}})\^([0-9]{{1,8}})([-+])([0-9]{{1,9}})\^([0-9]{{1,8}})\)?{_COFACTOR}")
_FIBONACCI = re.compile(rf"\(?(Fib|L)\(([0-9]{{1,8}})\)\)?{_COFACTOR}")
_CYCLOTOMIC = re.compile(rf"\(?Phi\(([0-9]{{1,8}}),([0-9]{{1,9}})\)\)?{_COFACTOR}")
_HALF = re.compile(r"([0-9]{1,9}),\s*([0-9]{1,8})\s*[LM]")


class LucasSequence(Struct, frozen=True, gc=False):
    """A Lucas sequence U(P, Q); P and Q have nothing in common."""

    p: int
    q: int

    @property
    def square(self) -> int:
        """P^2 - 4Q: the square of a - b where the terms are those of a^n - b^n, 5 where they are Fibonacci numbers."""
        return self.p * self.p - 4 * self.q

    def modulo(self, index: int, number: mpz) -> mpz:
        """Return a term modulo a number."""
        return gmpy2.lucasu_mod(self.p, self.q, index, number)


class Form(Struct, frozen=True, gc=False):
    """A number that divides the term of a sequence at an index, but for what it has in common with the sequence's `square`."""

    sequence: LucasSequence
    index: int


FIBONACCI = LucasSequence(1, -1)


def form_of(expression: str, value: str) -> Form | None:
    """Return the form of a number; None when it has none that is known.

    Args:
        expression: as it was written; empty when it was written as digits.
        value: in decimal.
    """
    if not expression:
        return _of_digits(mpz(value))
    plain = expression if _HALF.fullmatch(expression) else _plain(expression)
    read = ((pattern.fullmatch(plain), form) for pattern, form in _READINGS)
    return next((form(found) for found, form in read if found), None)


def _plain(expression: str) -> str:
    """Return an expression without names and blanks; empty when it can't be read."""
    try:
        return in_plain_signs(expression).replace(" ", "").replace("**", "^")
    except BadInput:
        return ""


def special_difficulty(expression: str) -> int | None:
    """Return how hard an expression a·b^n ± c, or a divisor of one, is for the special number field sieve.

    That is the size, in digits, of the value of its polynomial, of which the number itself may be a small part. None
    when it is of no such form: a, b and c have at most nine digits, which leaves the polynomial's coefficients small.
    """
    plain = _plain(expression)
    if cyclotomic := _CYCLOTOMIC.fullmatch(plain):
        factor, base, exponent = 1, int(cyclotomic[2]), int(cyclotomic[1])
    elif special := _SPECIAL.fullmatch(plain):
        factor, base, exponent = int(special[1] or 1), int(special[2]), _exponent(special[3])
    else:
        return None
    if base < 2 or factor < 1 or not _LEAST_EXPONENT <= exponent <= MOST_EXPONENT:
        return None
    return ceil(log10(factor) + exponent * log10(base))


def _exponent(written: str) -> int:
    """Return an exponent such as 4096, (2^12) or (3*137)."""
    product = 1
    for factor in written.strip("()").split("*"):
        base, *powers = map(int, factor.split("^"))
        if len(powers) > 1 or (powers and powers[0] > 30):
            return MOST_EXPONENT + 1
        product *= base ** (powers[0] if powers else 1)
    return product


def _of_digits(number: mpz) -> Form | None:
    for neighbour, times in ((number + 1, 1), (number - 1, 2)):
        if neighbour > 1:
            base, exponent = root_of(neighbour)
            if exponent > 1 and base <= _LARGEST_BASE:
                return _of_powers(int(base), 1, exponent * times)
    return None


def _of_powers(a: int, b: int, exponent: int) -> Form | None:
    """Return the form of what divides a^exponent - b^exponent."""
    if a == b or not a or not b:
        return None
    common = gcd(a, b)
    roots = [root_of(mpz(one // common)) if one > common else (mpz(1), 0) for one in (a, b)]
    times = gcd(*(power for _, power in roots))
    a, b = (int(root ** (power // times)) for root, power in roots)
    return _form(LucasSequence(a + b, a * b), exponent * times)


def _of_two_powers(found: re.Match[str]) -> Form | None:
    a, n, sign, b, same = found.groups()
    return _of_powers(int(a), int(b), int(n) * _TIMES[sign]) if n == same else None


def _form(sequence: LucasSequence, index: int) -> Form | None:
    return Form(sequence, index) if 0 < index <= MOST_EXPONENT else None


_TIMES = {"-": 1, "+": 2, "Fib": 1, "L": 2}
"""Terms that are sums divide those of the double index."""
_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Form | None]], ...] = (
    (_HALF, lambda found: _of_powers(int(found[1]), 1, 2 * int(found[2]))),
    (_PLUS_MINUS_ONE, lambda found: _of_powers(int(found[1]), 1, _exponent(found[2]) * _TIMES[found[3]])),
    (_CYCLOTOMIC, lambda found: _of_powers(int(found[2]), 1, int(found[1]))),
    (_TWO_POWERS, _of_two_powers),
    (_FIBONACCI, lambda found: _form(FIBONACCI, int(found[2]) * _TIMES[found[1]])),
)
