"""Operations that tasks can compute: which numbers each operation takes, and what its result looks like."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import gmpy2
from gmpy2 import mpz
from msgspec import Struct

from core.bigint import abbreviate, digit_count
from core.refusals import BadInput
from core.tasks.numbers import EXACT, MAX_DIGITS, parse_number, parse_whole, spell
from core.wording import count_of, shortened

LONGEST_NEXT_PRIME = 1_000
LONGEST_FACTOR = 1_000
SLOW_DIGITS = 300
"""Powers and primality of longer numbers take more than a few milliseconds."""

_MAX_RESULT = 3 * MAX_DIGITS
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
_VERDICT = re.compile(r"true\Z|false\Z")
_FACTORS = re.compile(r"\[(?:\[[1-9][0-9]*,[1-9][0-9]*\](?:,\[[1-9][0-9]*,[1-9][0-9]*\])*)?\]\Z")

_IN_WORDS = {
    _NUMBER: "a decimal number, such as 12 or -0.5,",
    _VERDICT: "true or false",
    _FACTORS: "an array of prime factors and their exponents, such as [[2,3],[5,1]],",
}


class Operation(Struct, frozen=True):
    """One thing that can be computed.

    Attributes:
        takes: what its numbers are called.
        accept: reads the numbers, by what they are called, and returns them as they are recorded; raises BadInput.
        result: what the JSON text of a result looks like.
        compute: from the numbers to the JSON text of the result; None where it takes more than a library's call.
    """

    takes: tuple[str, ...]
    accept: Callable[[Mapping[str, str]], tuple[str, ...]]
    result: re.Pattern[str]
    compute: Callable[[Sequence[str]], str] | None


def accept(name: str, args: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers of a task as they are recorded.

    Raises:
        BadInput: there is no such operation, or it does not take these numbers.
    """
    operation = OPERATIONS.get(name)
    if operation is None:
        raise BadInput(f"operation is {shortened(name)!r}; one of {', '.join(OPERATIONS)} is accepted.")
    if len(args) != len(operation.takes):
        takes = ", ".join(operation.takes)
        raise BadInput(
            f"{name} was given {count_of(len(args), 'number')}; {len(operation.takes)} ({takes}) are accepted."
        )
    return operation.accept(dict(zip(operation.takes, args, strict=True)))


def is_slow(name: str, args: Sequence[str]) -> bool:
    """Tell whether a task may take more than a few milliseconds."""
    if name == "factor":
        return True
    return name in {"pow_mod", "is_prime", "next_prime"} and max(map(len, args)) > SLOW_DIGITS


def well_formed(name: str, result: str) -> bool:
    """Tell whether the JSON text of a result looks like one of this operation's."""
    return len(result) <= _MAX_RESULT and OPERATIONS[name].result.match(result) is not None


def result_in_words(name: str) -> str:
    """Say what a result of an operation looks like."""
    return f"{_IN_WORDS[OPERATIONS[name].result]} of at most {_MAX_RESULT} characters"


def add(args: Sequence[str]) -> str:
    """Add two numbers exactly."""
    a, b = map(Decimal, args)
    return spell(EXACT.add(a, b))


def _multiply(args: Sequence[str]) -> str:
    a, b = map(Decimal, args)
    return spell(EXACT.multiply(a, b))


def _pow_mod(args: Sequence[str]) -> str:
    base, exponent, modulus = map(mpz, args)
    return str(gmpy2.powmod(base, exponent, modulus))


def _gcd(args: Sequence[str]) -> str:
    a, b = map(mpz, args)
    return str(gmpy2.gcd(a, b))


def _is_prime(args: Sequence[str]) -> str:
    (number,) = map(mpz, args)
    return "true" if number > 1 and gmpy2.is_prime(number) else "false"


def _next_prime(args: Sequence[str]) -> str:
    (number,) = map(mpz, args)
    return str(gmpy2.next_prime(number)) if number > 1 else "2"


def _numbers(given: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(spell(parse_number(name, text)) for name, text in given.items())


def _whole_numbers(given: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(str(parse_whole(name, text)) for name, text in given.items())


def _power(given: Mapping[str, str]) -> tuple[str, ...]:
    base, exponent, modulus = (parse_whole(name, text) for name, text in given.items())
    _check_least("exponent", exponent, 0)
    _check_least("modulus", modulus, 1)
    return str(base), str(exponent), str(modulus)


def _check_least(name: str, number: mpz, least: int) -> None:
    if number < least:
        raise BadInput(f"{name} is {abbreviate(str(number))}; a whole number from {least} on is accepted.")


def _up_to(digits: int, least: int | None) -> Callable[[Mapping[str, str]], tuple[str, ...]]:
    def accept_one(given: Mapping[str, str]) -> tuple[str, ...]:
        ((name, text),) = given.items()
        number = parse_whole(name, text)
        if digit_count(number) > digits:
            raise BadInput(f"{name} is {abbreviate(str(number))}; at most {digits} digits are accepted.")
        if least is not None:
            _check_least(name, number, least)
        return (str(number),)

    return accept_one


OPERATIONS: Mapping[str, Operation] = {
    "add": Operation(("a", "b"), _numbers, _NUMBER, add),
    "multiply": Operation(("a", "b"), _numbers, _NUMBER, _multiply),
    "pow_mod": Operation(("base", "exponent", "modulus"), _power, _NUMBER, _pow_mod),
    "gcd": Operation(("a", "b"), _whole_numbers, _NUMBER, _gcd),
    "is_prime": Operation(("n",), _up_to(MAX_DIGITS, None), _VERDICT, _is_prime),
    "next_prime": Operation(("n",), _up_to(LONGEST_NEXT_PRIME, None), _NUMBER, _next_prime),
    "factor": Operation(("n",), _up_to(LONGEST_FACTOR, 1), _FACTORS, None),
}
"""Every operation by name."""
