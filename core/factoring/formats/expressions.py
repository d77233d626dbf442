"""Numbers as people write them: `2^1277-1`, `(10^151-1)/9`, `120!+1`, `97#-1`.

From loosest to tightest: `+ -`, then `* /`, then a leading `-`, then `^` (from the right), then `!` and `#` behind a
value, then parentheses. `n#` is the product of the primes up to n. Division must leave no remainder. All of it is
exact, and nothing is computed before its size is known to be bearable: `9^9^9` is refused without being tried.
"""

import math
import operator
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn

import gmpy2
from gmpy2 import mpz

from core.bigint import abbreviate, above_one, digit_count, parse_decimal
from core.refusals import BadInput

_DIGITS_ONLY = re.compile(r"\A[0-9]+\Z")
_SYMBOL = re.compile(r"[ \t]*(?:([0-9]+)|([-+*/^()!#]))")
_BLANKS = " \t\r\n"

_MOST_OPERATIONS = 100
"""Bounds the time that an expression may take: each operation is on numbers of bounded size."""

_DEEPEST_NESTING = 32
"""Bounds the recursion."""

_BITS_PER_DIGIT = math.log2(10)


def number_from(text: str, ceiling_digits: int) -> mpz:
    """The number n >= 2 of at most `ceiling_digits` digits that `text` gives, as digits or as an expression.

    Raises:
        BadInput: it gives none.
    """
    text = text.strip(_BLANKS)
    if not text:
        raise BadInput("The number is empty; digits, or an expression such as 2^1277-1, are accepted.")
    if _DIGITS_ONLY.match(text):
        return parse_decimal(text, ceiling_digits)
    number = above_one(evaluate(text, ceiling_digits), spelled=text)
    digits = digit_count(number)
    if digits > ceiling_digits:
        raise BadInput(f"{abbreviate(text)} has {digits} digits; at most {ceiling_digits} are accepted.")
    return number


def evaluate(text: str, ceiling_digits: int) -> mpz:
    """The value of an expression, of any sign, where no value on the way has many more than 2 * `ceiling_digits` digits.

    Raises:
        BadInput: it is no expression, a division leaves a remainder, or it grows too large.
    """
    if len(text) > 3 * ceiling_digits + 1000:
        raise BadInput(f"The expression {abbreviate(text)} is too long for a number of {ceiling_digits} digits.")
    return _Evaluation(text, _Arithmetic(2 * ceiling_digits + 100)).value()


class _Symbol(NamedTuple):
    """A literal, an operator or a parenthesis; at the end the empty text."""

    text: str
    at: int


class _Arithmetic:
    """Exact operations that refuse, before they begin, a result of clearly more than `most_digits` digits."""

    def __init__(self, most_digits: int) -> None:
        self._most_digits = most_digits
        self._most_bits = most_digits * _BITS_PER_DIGIT

    def literal(self, digits: str) -> mpz:
        self._refuse_beyond(_BITS_PER_DIGIT * (len(digits) - 1), abbreviate(digits))
        return mpz(digits)

    def multiply(self, left: mpz, right: mpz) -> mpz:
        self._refuse_beyond(left.bit_length() + right.bit_length() - 2, f"{_shown(left)} * {_shown(right)}")
        return left * right

    def divide(self, left: mpz, right: mpz) -> mpz:
        if right == 0:
            raise BadInput("An expression may not divide by zero.")
        quotient, remainder = gmpy2.t_divmod(left, right)
        if remainder:
            raise BadInput(
                f"{_shown(left)} is not divisible by {_shown(right)}; only divisions without a remainder are accepted."
            )
        return quotient

    def power(self, base: mpz, exponent: mpz) -> mpz:
        if exponent < 0:
            raise BadInput(f"The exponent {_shown(exponent)} is negative; a whole number from 0 on is accepted.")
        if abs(base) <= 1:
            return mpz(1) if exponent == 0 else base if exponent % 2 else base * base
        # The result has at least as many bits as the exponent says, which may be too large for a float.
        bits = float(exponent) * float(gmpy2.log2(abs(base))) if exponent < self._most_bits else math.inf
        self._refuse_beyond(bits, f"{_shown(base)}^{_shown(exponent)}")
        return base ** int(exponent)

    def factorial(self, n: mpz) -> mpz:
        self._require_argument(n, "!")
        self._refuse_beyond(math.lgamma(int(n) + 1) / math.log(2) if n < self._most_bits else math.inf, f"{_shown(n)}!")
        return gmpy2.fac(int(n))

    def primorial(self, n: mpz) -> mpz:
        """Sized by Rosser and Schoenfeld (1962), theorem 10: the logarithm of n# is above 0.84 n from n = 101 on."""
        self._require_argument(n, "#")
        self._refuse_beyond(0.84 * int(n) / math.log(2) if n < 2 * self._most_bits else math.inf, f"{_shown(n)}#")
        return gmpy2.primorial(int(n))

    def _require_argument(self, n: mpz, sign: str) -> None:
        if n < 0:
            raise BadInput(f"{_shown(n)} stands before {sign}; a whole number from 0 on is accepted there.")

    def _refuse_beyond(self, bits: float, what: str) -> None:
        if bits > self._most_bits:
            raise BadInput(
                f"{what} is too large; the parts of an expression may have at most {self._most_digits} digits."
            )


class _Evaluation:
    """One reading of an expression, from left to right, computing as it goes."""

    def __init__(self, text: str, arithmetic: _Arithmetic) -> None:
        self._text = text
        self._arithmetic = arithmetic
        self._symbols = _symbols(text)
        self._next = next(self._symbols)
        self._nesting = 0

    def value(self) -> mpz:
        """The value of the whole text."""
        value = self._sum()
        if self._next.text:
            self._fail("an operator")
        return value

    def _sum(self) -> mpz:
        return self._chain(self._product, {"+": operator.add, "-": operator.sub})

    def _product(self) -> mpz:
        return self._chain(self._signed, {"*": self._arithmetic.multiply, "/": self._arithmetic.divide})

    def _chain(self, operand: Callable[[], mpz], operations: dict[str, Callable[[mpz, mpz], mpz]]) -> mpz:
        value = operand()
        while operation := operations.get(self._next.text):
            self._advance()
            value = operation(value, operand())
        return value

    def _signed(self) -> mpz:
        negative = False
        while self._next.text == "-":
            self._advance()
            negative = not negative
        value = self._power()
        return -value if negative else value

    def _power(self) -> mpz:
        base = self._postfixed()
        if self._next.text != "^":
            return base
        self._advance()
        return self._arithmetic.power(base, self._signed())

    def _postfixed(self) -> mpz:
        value = self._primary()
        operation = {"!": self._arithmetic.factorial, "#": self._arithmetic.primorial}.get(self._next.text)
        if operation is None:
            return value
        self._advance()
        if self._next.text in {"!", "#"}:
            self._fail("an operator or, around what was meant, parentheses")
        return operation(value)

    def _primary(self) -> mpz:
        if self._next.text == "(":
            return self._parenthesised()
        if not self._next.text.isdigit():
            self._fail("a number or a parenthesis")
        return self._arithmetic.literal(self._advance())

    def _parenthesised(self) -> mpz:
        self._nesting += 1
        if self._nesting > _DEEPEST_NESTING:
            raise BadInput(f"{abbreviate(self._text)} nests parentheses more than {_DEEPEST_NESTING} deep.")
        self._advance()
        value = self._sum()
        if self._next.text != ")":
            self._fail("a closing parenthesis or an operator")
        self._advance()
        self._nesting -= 1
        return value

    def _advance(self) -> str:
        passed = self._next.text
        self._next = next(self._symbols)
        return passed

    def _fail(self, expected: str) -> NoReturn:
        found = abbreviate(self._next.text) if self._next.text else "its end"
        raise BadInput(
            f"The expression {abbreviate(self._text)} has {found} at character {self._next.at + 1}, "
            f"where {expected} was expected."
        )


def _symbols(text: str) -> Iterator[_Symbol]:
    """The symbols of `text`, an empty one last. Refuses what is no symbol, and more operations than may be asked for."""
    end = len(text.rstrip(_BLANKS))
    at = operations = 0
    while at < end:
        match = _SYMBOL.match(text, at)
        if not match:
            at += len(text[at:]) - len(text[at:].lstrip(" \t"))
            raise BadInput(
                f"The expression {abbreviate(text)} has {text[at]!r} at character {at + 1}; "
                "digits, + - * / ^ ! # and parentheses are accepted."
            )
        symbol = match[match.lastindex or 0]
        operations += not symbol.isdigit() and symbol not in "()"
        if operations > _MOST_OPERATIONS:
            raise BadInput(f"{abbreviate(text)} asks for more than {_MOST_OPERATIONS} operations.")
        yield _Symbol(symbol, match.start(match.lastindex or 0))
        at = match.end()
    yield _Symbol("", end)


def _shown(number: mpz) -> str:
    return abbreviate(number.digits())
