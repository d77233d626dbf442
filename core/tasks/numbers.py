"""Numbers as tasks take and give them: whole or decimal, in plain decimal digits, always exact."""

import re
from decimal import Context, Decimal, Inexact

from gmpy2 import mpz

from core.bigint import abbreviate, unbroken
from core.refusals import BadInput

MAX_DIGITS = 10_000
MAX_EXPONENT = 7
"""So many characters, sign included, has the longest one that is looked at."""

# The plus sign of a number in a query may have become a space.
_SPELLED = re.compile(r"[+ -]?(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?\Z")

EXACT = Context(prec=5 * MAX_DIGITS, Emin=-(10**6), Emax=10**6, traps=[Inexact])
"""Wide enough for the sum and the product of any two numbers that are accepted; whatever would round is an error."""


def parse_number(name: str, text: str) -> Decimal:
    """Read a whole or decimal number of up to 10,000 digits, an exponent counted as the digits that it stands for.

    Args:
        name: what the number is called where it is given.
        text: it.

    Raises:
        BadInput: it is none, or longer.
    """
    text = unbroken(text)
    spelled = _SPELLED.match(text)
    if spelled is None:
        raise BadInput(f"{name} is {abbreviate(text)}; a whole or decimal number such as 12 or -0.5 is accepted.")
    whole, fraction, exponent = spelled.groups(default="")
    if len(exponent) > MAX_EXPONENT or len(whole) + len(fraction) + abs(int(exponent or 0)) > MAX_DIGITS:
        raise BadInput(f"{name} is {abbreviate(text)}; at most {MAX_DIGITS} digits are accepted.")
    return Decimal(text)


def parse_whole(name: str, text: str) -> mpz:
    """Read a whole number of up to 10,000 digits, called as for `parse_number`.

    Raises:
        BadInput: it is none, or longer.
    """
    number = parse_number(name, text)
    spelled = spell(number)
    if "." in spelled:
        raise BadInput(f"{name} is {abbreviate(text)}; a whole number such as 12 is accepted.")
    return mpz(spelled)


def spell(number: Decimal) -> str:
    """Write a number in plain digits: no exponent, no zeros that say nothing, no minus before zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if number else "0"
