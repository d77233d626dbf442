"""Numbers as GMP-ECM reads them, from its input, in its output and in its save files.

Its grammar is one of its own (eval.c; GMP-ECM 7.0.7). `^` is read from the left, so that 2^3^4 is 4096; a leading minus binds
tighter than all else, so that -2^2 is 4; `!` and `#` drop a power that is still to be taken, so that 2^4!+1 is 25, and
n!! is n!. `n!m` is the product of every m-th number down from n, `n#m` of the primes from m to n. `.` multiplies, `%` leaves
the remainder; there are `Phi(n,x)`, `U(p,q,n)` and `primU(p,q,n)`, hexadecimal numbers with `0x`, and all kinds of brackets.
"""

import operator
import re
from collections.abc import Callable

from gmpy2 import mpz
from msgspec import Struct

from core.bigint import abbreviate, above_one, digit_count
from core.factoring.notation.arithmetic import BoundedArithmetic
from core.refusals import BadInput
from core.wording import shortened

_DEEPEST_NESTING = 32
_MOST_OPERATIONS = 1_000
_NUMERAL = re.compile(r"0[xX]([0-9a-fA-F]+)|([0-9]+)")
_FUNCTION = re.compile(r"([A-Za-z]+)\(")
_UNREAD = str.maketrans("", "", " \t\r\n\"'")
_OPENING, _CLOSING = "([{", ")]}"


def gmp_ecm_number(text: str, ceiling_digits: int) -> mpz:
    """The number n >= 1 of at most `ceiling_digits` digits that GMP-ECM takes `text` for; 1 when nothing is left of one.

    Raises:
        BadInput: it takes it for none.
    """
    if len(text) > 3 * ceiling_digits + 1000:
        raise BadInput(f"The expression {abbreviate(text)} is too long for a number of {ceiling_digits} digits.")
    if text.isascii() and text.isdigit():
        number = mpz(text, 10)  # as most are; it is what would be read
    else:
        number = _Reading(text.translate(_UNREAD), BoundedArithmetic(2 * ceiling_digits + 100)).value()
    if number == 1:
        return number
    if digit_count(above_one(number, spelled=text)) > ceiling_digits:
        raise BadInput(f"{abbreviate(text)} has {digit_count(number)} digits; at most {ceiling_digits} are accepted.")
    return number


class _Pending(Struct):
    """An operation of which the left side is known, for each of the three levels: + -, then * / . %, then ^ ! #."""

    sum: tuple[str, mpz] | None = None
    product: tuple[str, mpz] | None = None
    power: tuple[str, mpz] | None = None


class _Reading:
    """One reading, from left to right."""

    def __init__(self, text: str, arithmetic: BoundedArithmetic) -> None:
        self._text = text
        self._at = 0
        self._nesting = 0
        self._operations = 0
        self._arithmetic = arithmetic
        self._functions: dict[str, tuple[int, Callable[..., mpz]]] = {
            "phi": (2, arithmetic.cyclotomic),
            "u": (3, arithmetic.lucas),
            "primu": (3, arithmetic.primitive_lucas),
        }

    def value(self) -> mpz:
        """The value of the whole text."""
        value, ended_by = self._expression("")
        if ended_by:
            raise self._fault()
        return value

    def _expression(self, ends: str) -> tuple[mpz, str]:
        """A value up to the end, or to one of the characters in `ends`, which is passed and returned."""
        pending = _Pending()
        value = self._operand()
        while True:
            sign = self._text[self._at : self._at + 1]
            self._at += 1
            self._operations += 1
            if self._operations > _MOST_OPERATIONS:
                raise BadInput(f"{abbreviate(self._text)} asks for more than {_MOST_OPERATIONS} operations.")
            if not sign or sign in ends:
                return self._summed(pending, value), sign
            if sign in "!#" and not self._text[self._at : self._at + 1].isdigit():
                pending.power = sign, value
                continue
            if sign in "^!#":
                pending.power = f"{sign}{sign}" if sign in "!#" else sign, self._raised(pending, value)
            elif sign in "*/.%":
                pending.product = sign, self._multiplied(pending, value)
            elif sign in "+-":
                pending.sum = sign, self._summed(pending, value)
            else:
                self._at -= 1
                raise self._fault()
            value = self._operand()

    def _raised(self, pending: _Pending, value: mpz) -> mpz:
        if pending.power is None:
            return value
        sign, left = pending.power
        pending.power = None
        arithmetic = self._arithmetic
        match sign:
            case "^":
                return arithmetic.power(left, value)
            case "!":
                return arithmetic.factorial(abs(value))
            case "#":
                return arithmetic.primorial(abs(value))
            case "!!":
                return arithmetic.multifactorial(left, value)
            case _:
                return arithmetic.reduced_primorial(left, value)

    def _multiplied(self, pending: _Pending, value: mpz) -> mpz:
        value = self._raised(pending, value)
        if pending.product is None:
            return value
        sign, left = pending.product
        pending.product = None
        if sign == "/":
            return self._arithmetic.divide(left, value)
        if sign == "%":
            return self._arithmetic.remainder(left, value)
        return self._arithmetic.multiply(left, value)

    def _summed(self, pending: _Pending, value: mpz) -> mpz:
        value = self._multiplied(pending, value)
        if pending.sum is None:
            return value
        sign, left = pending.sum
        pending.sum = None
        return (operator.add if sign == "+" else operator.sub)(left, value)

    def _operand(self) -> mpz:
        negative = self._text.startswith("-", self._at)
        self._at += negative
        if (bracket := self._text[self._at : self._at + 1]) and bracket in _OPENING:
            self._at += 1
            value = self._nested(_CLOSING)[0]
        elif numeral := _NUMERAL.match(self._text, self._at):
            self._at = numeral.end()
            value = mpz(numeral[1], 16) if numeral[1] else self._arithmetic.literal(numeral[2])
        elif function := _FUNCTION.match(self._text, self._at):
            self._at = function.end()
            return self._called(function[1])  # GMP-ECM forgets a minus before it
        else:
            raise self._fault()
        return -value if negative else value

    def _called(self, name: str) -> mpz:
        if name.lower() not in self._functions:
            raise BadInput(f"The function {shortened(name)} is not known; Phi, U and primU are.")
        count, function = self._functions[name.lower()]
        arguments = [self._nested(",")[0] for _ in range(count - 1)]
        return function(*arguments, self._nested(_CLOSING)[0])

    def _nested(self, ends: str) -> tuple[mpz, str]:
        self._nesting += 1
        if self._nesting > _DEEPEST_NESTING:
            raise BadInput(f"{abbreviate(self._text)} nests parentheses more than {_DEEPEST_NESTING} deep.")
        value, ended_by = self._expression(ends)
        self._nesting -= 1
        if not ended_by:
            raise self._fault()
        return value, ended_by

    def _fault(self) -> BadInput:
        found = repr(self._text[self._at]) if self._at < len(self._text) else "its end"
        return BadInput(
            f"{abbreviate(self._text)} has {found} at character {self._at + 1}, which GMP-ECM does not read."
        )
