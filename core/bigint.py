"""Integers of any size: decimal text outside, `gmpy2.mpz` inside.

Neither JSON numbers nor Python's own `int` carry the numbers of this trade: readers lose what is above 2^53, and CPython
refuses to print or parse more than 4,300 digits. Text therefore goes to `mpz` and back without passing through `int`.
Both would also take `1_000`, blanks and the digits of other scripts, so a pattern comes before them.
"""

import re

from gmpy2 import mpz

from core.refusals import BadInput

_DIGITS = re.compile(r"\A[0-9]+\Z")
_BREAK = re.compile(r"[\\_][ \t]*\r?\n[ \t]*")

_SHOWN_WHOLE = 24
"""Longest text that a sentence quotes whole."""


def parse_natural(text: str, ceiling_digits: int, called: str = "") -> mpz:
    """The number n >= 0 that `text` spells in ASCII decimal digits (leading zeros don't count).

    Args:
        text: it.
        ceiling_digits: how long it may be.
        called: what it is, for the sentence that refuses it ("The factor").

    Raises:
        BadInput: it spells no such number, or one of more than `ceiling_digits` digits.
    """
    lead = called and f"{called} "
    if text[:1] == "-" and _DIGITS.match(text[1:]):
        raise BadInput(f"{lead}{abbreviate(text)} is negative; a positive whole number is accepted.")
    if not _DIGITS.match(text):
        raise BadInput(f"{lead}{abbreviate(text)} is not a number; a whole number in decimal digits is accepted.")
    significant = text.lstrip("0") or "0"
    if len(significant) > ceiling_digits:
        raise BadInput(f"{lead}{abbreviate(significant)} is too large; at most {ceiling_digits} digits are accepted.")
    return mpz(significant)


def parse_decimal(text: str, ceiling_digits: int) -> mpz:
    """The number n >= 2 that `text` spells in ASCII decimal digits: one that can have factors.

    Raises:
        BadInput: it spells no such number, or one of more than `ceiling_digits` digits.
    """
    return above_one(parse_natural(text, ceiling_digits), spelled=text)


def unbroken(text: str) -> str:
    """Return a text with long numbers in one piece, which programs break at a line's end.

    bc, dc, GAP and Maxima put a backslash there, FriCAS an underscore.
    """
    return _BREAK.sub("", text)


def above_one(number: mpz, *, spelled: str) -> mpz:
    """`number` itself, when it is at least 2; `spelled` is what the sender wrote.

    Raises:
        BadInput: it is not.
    """
    if number >= 2:
        return number
    fault = "negative" if number < 0 else "less than 2"
    raise BadInput(f"{abbreviate(spelled)} is {fault}; a whole number from 2 on is accepted.")


def digit_count(number: mpz) -> int:
    """How many decimal digits |`number`| has; 1 for zero."""
    return len(number.digits().lstrip("-"))


def abbreviate(text: str) -> str:
    """`text` for a sentence or a table cell: digits as `1234…9876 (187 digits)`, anything else quoted and cut short."""
    digits = text.removeprefix("-")
    if _DIGITS.match(digits):
        sign = text[: len(text) - len(digits)]
        return text if len(digits) <= _SHOWN_WHOLE else f"{sign}{digits[:4]}…{digits[-4:]} ({len(digits)} digits)"
    if len(text) <= _SHOWN_WHOLE:
        return repr(text)
    return f"{text[:_SHOWN_WHOLE]!r}… ({len(text)} characters)"
