"""Algebraic forms: numbers that divide b^n - 1, by which those of one base share factors, and those of a special sieve.

b^m - 1 and b^n - 1 have b^gcd(m,n) - 1 in common and nothing else. b^n + 1 divides b^2n - 1, and so do the halves L and M of
the Cunningham tables; Phi(n,b) and repunits divide b^n - 1. A base that is a power stands for its root: 4^n is 2^2n.
"""

import re
from math import ceil, log10

from gmpy2 import mpz
from msgspec import Struct

from core.factoring.formats.names import in_plain_signs
from core.factoring.mathematics.primality import root_of
from core.refusals import BadInput

MOST_EXPONENT = 10**7
_LARGEST_BASE = 10**9
COFACTOR = r"(?:/[0-9()*^/]+)?"
_PLUS_MINUS_ONE = re.compile(
    rf"\(?([0-9]{{1,9}})\^([0-9]{{1,8}}|\([0-9]{{1,5}}(?:[*^][0-9]{{1,5}})*\))([-+])1\)?{COFACTOR}"
)
_SPECIAL = re.compile(
    r"\(?(?:([0-9]{1,9})\*)?([0-9]{1,9})\^([0-9]{1,8}|\([0-9]{1,5}(?:[*^][0-9]{1,5})*\))[-+]([0-9]{1,9})\)?" + COFACTOR
)
_LEAST_EXPONENT = 16
"""Below, no polynomial of a degree that pays has small coefficients."""
_CYCLOTOMIC = re.compile(rf"\(?Phi\(([0-9]{{1,8}}),([0-9]{{1,9}})\)\)?{COFACTOR}")
_HALF = re.compile(r"([0-9]{1,9}),\s*([0-9]{1,8})\s*[LM]")


class Form(Struct, frozen=True, gc=False):
    """A number that divides base^exponent - 1; the base is no power."""

    base: int
    exponent: int


def form_of(expression: str, value: str) -> Form | None:
    """Return the form of a number; None when it has none that is known.

    Args:
        expression: as it was written; empty when it was written as digits.
        value: in decimal.
    """
    if not expression:
        return _of_digits(mpz(value))
    if half := _HALF.fullmatch(expression):
        return _form(int(half[1]), 2 * int(half[2]))
    try:
        plain = in_plain_signs(expression).replace(" ", "").replace("**", "^")
    except BadInput:
        return None
    if power := _PLUS_MINUS_ONE.fullmatch(plain):
        exponent = _exponent(power[2])
        return _form(int(power[1]), exponent * (2 if power[3] == "+" else 1))
    if cyclotomic := _CYCLOTOMIC.fullmatch(plain):
        return _form(int(cyclotomic[2]), int(cyclotomic[1]))
    return None


def special_difficulty(expression: str) -> int | None:
    """Return how hard an expression a·b^n ± c, or a divisor of one, is for the special number field sieve.

    That is the size, in digits, of the value of its polynomial, of which the number itself may be a small part. None
    when it is of no such form: a, b and c have at most nine digits, which leaves the polynomial's coefficients small.
    """
    try:
        plain = in_plain_signs(expression).replace(" ", "").replace("**", "^")
    except BadInput:
        return None
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
                return _form(int(base), exponent * times)
    return None


def _form(base: int, exponent: int) -> Form | None:
    if base < 2 or not 0 < exponent <= MOST_EXPONENT:
        return None
    root, times = root_of(mpz(base))
    return Form(int(root), exponent * times)
