"""Numbers as people write them: `2^1277-1`, `(10^151-1)/9`, `120!+1`, `97#-1`, `13!7+1`, `Phi(137,2)`.

From loosest to tightest: `+ -`, then `* /`, then a leading `-`, then `^` (or `**`), then `!` and `#` behind a value, then
brackets of any kind. `n#` is the product of the primes up to n, `n!!` of every second number down from n, `n!7` of every
seventh. Division must leave no remainder. All of it is exact, and nothing is computed before its size is known to be
bearable: `9^9^9` is refused without being tried. What tables and forums call a number by is translated first (`names`).

What GMP-ECM would read as another number is refused, with both readings: a tower of powers, a power of something with a
minus before it, a factorial in an exponent. In its own files its own grammar holds (`gmp_ecm`).
"""

import operator
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn

from gmpy2 import mpz

from core.bigint import abbreviate, above_one, digit_count, parse_decimal
from core.factoring.notation.arithmetic import BoundedArithmetic
from core.factoring.notation.names import in_plain_signs
from core.refusals import BadInput
from core.wording import count_of

_DIGITS_ONLY = re.compile(r"\A[0-9]+\Z")
_SYMBOL = re.compile(r"[ \t]*([0-9]+|(?:Phi|Fib|L)(?=[ \t]*\()|\*\*|!+|[-+*/^()#,])")
_BLANKS = " \t\r\n"

_MOST_OPERATIONS = 100
"""Bounds the time that an expression may take: each operation is on numbers of bounded size."""

_DEEPEST_NESTING = 32
"""Bounds the recursion."""


def number_from(text: str, ceiling_digits: int) -> mpz:
    """The number n >= 2 of at most `ceiling_digits` digits that `text` gives, as digits, an expression or a name.

    Raises:
        BadInput: it gives none, or could be read in two ways.
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
    plain = in_plain_signs(text)
    return _Evaluation(plain, BoundedArithmetic(2 * ceiling_digits + 100)).value()


class _Symbol(NamedTuple):
    """A literal, an operator or a parenthesis; at the end the empty text."""

    text: str
    at: int


class _Evaluation:
    """One reading of an expression, from left to right, computing as it goes."""

    def __init__(self, text: str, arithmetic: BoundedArithmetic) -> None:
        self._text = text
        self._arithmetic = arithmetic
        self._symbols = _symbols(text)
        self._next = next(self._symbols)
        self._nesting = 0
        self._functions: dict[str, tuple[int, Callable[..., mpz]]] = {
            "Phi": (2, arithmetic.cyclotomic),
            "Fib": (1, arithmetic.fibonacci),
            "L": (1, arithmetic.lucas_number),
        }

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
        negative, spelled = False, self._next.at
        while self._next.text == "-":
            self._advance()
            negative = not negative
        began = self._next.at
        dropped = self._next.text == "Phi"
        value, read_otherwise = self._power()
        if dropped and self._text[spelled:began].strip():
            function = self._between(began, self._next.at)
            self._refuse_two(spelled, f"0-{function}", function, ", since GMP-ECM drops the minus")
        if read_otherwise and self._text[spelled:began].strip():
            operand, behind = read_otherwise
            self._refuse_two(spelled, f"-({operand}{behind})", f"(-{operand}){behind}")
        return -value if negative else value

    def _power(self) -> tuple[mpz, tuple[str, str] | None]:
        """A power; and, when a minus before it would change what GMP-ECM reads, the operand and what stands behind it."""
        began = self._next.at
        base, behind = self._postfixed()
        if self._next.text not in {"^", "**"}:
            return base, (self._between(began, behind), self._between(behind, self._next.at)) if behind else None
        until = self._next.at
        self._advance()
        exponent_from = self._next.at
        exponent, postfix = (self._signed(), None) if self._next.text == "-" else self._postfixed()
        if postfix is not None:
            power, sign = f"{self._between(began, postfix)}", self._between(postfix, self._next.at)
            to_sign = f"{self._between(began, exponent_from)}({self._between(exponent_from, self._next.at)})"
            self._refuse_two(began, to_sign, f"({power}){sign}", ", while GMP-ECM drops the power")
        if self._next.text in {"^", "**"}:
            self._refuse_tower(began, exponent_from)
        value = self._arithmetic.power(base, exponent)
        even = exponent % 2 == 0 or behind
        return value, (self._between(began, until), self._between(until, self._next.at)) if even else None

    def _refuse_tower(self, began: int, exponent_from: int) -> NoReturn:
        until = self._next.at
        self._advance()
        self._postfixed()
        below, first = self._between(began, exponent_from), self._between(exponent_from, until)
        second = self._between(until, self._next.at)
        self._refuse_two(began, f"{below}({first}{second})", f"({below}{first}){second}")

    def _refuse_two(self, began: int, usual: str, other: str, gmp_ecm: str = ", as GMP-ECM reads it") -> NoReturn:
        raise BadInput(
            f"{abbreviate(self._between(began, self._next.at))} has two readings: {usual}, as is usual, and {other}{gmp_ecm};"
            " write the one that is meant with its parentheses."
        )

    def _between(self, start: int, end: int) -> str:
        return self._text[start:end].strip(_BLANKS)

    def _postfixed(self) -> tuple[mpz, int | None]:
        """A value with a factorial or primorial behind it, if any; and where that begins."""
        value = self._primary()
        sign, at = self._next.text, self._next.at
        if sign != "#" and not sign.startswith("!"):
            return value, None
        self._advance()
        step = mpz(self._advance()) if self._next.text.isdigit() and sign in {"!", "#"} else None
        if self._next.text == "#" or self._next.text.startswith("!"):
            self._fail("an operator or, around what was meant, parentheses")
        arithmetic = self._arithmetic
        if sign == "#":
            value = arithmetic.primorial(value) if step is None else arithmetic.reduced_primorial(value, step)
        elif sign == "!" and step is None:
            value = arithmetic.factorial(value)
        else:
            value = arithmetic.multifactorial(value, mpz(len(sign)) if step is None else step)
        return value, at

    def _primary(self) -> mpz:
        if self._next.text == "(":
            began = self._next.at
            values = self._parenthesised()
            if len(values) > 1:
                self._fail_at(began, "one number in a pair of parentheses")
            return values[0]
        if self._next.text in self._functions:
            return self._function(self._advance())
        if not self._next.text.isdigit():
            self._fail("a number or a parenthesis")
        return self._arithmetic.literal(self._advance())

    def _function(self, name: str) -> mpz:
        count, function = self._functions[name]
        if self._next.text != "(":
            self._fail("an opening parenthesis")
        arguments = self._parenthesised()
        if len(arguments) != count:
            raise BadInput(f"{name} takes {count_of(count, 'number')} in its parentheses, not {len(arguments)}.")
        return function(*arguments)

    def _parenthesised(self) -> list[mpz]:
        """The values in a pair of parentheses, between commas."""
        self._nesting += 1
        if self._nesting > _DEEPEST_NESTING:
            raise BadInput(f"{abbreviate(self._text)} nests parentheses more than {_DEEPEST_NESTING} deep.")
        self._advance()
        values = [self._sum()]
        while self._next.text == ",":
            self._advance()
            values.append(self._sum())
        if self._next.text != ")":
            self._fail("a closing parenthesis or an operator")
        self._advance()
        self._nesting -= 1
        return values

    def _advance(self) -> str:
        passed = self._next.text
        self._next = next(self._symbols)
        return passed

    def _fail(self, expected: str) -> NoReturn:
        self._fail_at(self._next.at, expected, self._next.text)

    def _fail_at(self, at: int, expected: str, text: str = "(") -> NoReturn:
        found = abbreviate(text) if text else "its end"
        raise BadInput(
            f"The expression {abbreviate(self._text)} has {found} at character {at + 1}, where {expected} was expected."
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
        symbol = match[1]
        operations += not symbol.isdigit() and symbol not in "()"
        if operations > _MOST_OPERATIONS:
            raise BadInput(f"{abbreviate(text)} asks for more than {_MOST_OPERATIONS} operations.")
        yield _Symbol(symbol, match.start(1))
        at = match.end()
    yield _Symbol("", end)
