"""What is found out about a number before anything is decided on it.

Both inspections may take seconds for thousands of digits, so they run in a child process and are plain data in and out:
text, small integers and these structs.
"""

import gmpy2
from msgspec import Struct

from core.bigint import digit_count, parse_decimal, parse_natural
from core.factoring.formats.expressions import number_from
from core.factoring.mathematics.primality import Primality, settle, split_small_factors


class Inspection(Struct, frozen=True, gc=False):
    """A submitted number.

    Attributes:
        number: in decimal, at least 2.
        digits: how many it has.
        primality: of the number.
        small_factors: (prime, exponent) pairs below 10^4, ascending; none of a prime.
        cofactor: the number without its small factors, in decimal; `1` when nothing is left.
        cofactor_primality: of the cofactor; None when that is 1.
    """

    number: str
    digits: int
    primality: Primality
    small_factors: tuple[tuple[int, int], ...]
    cofactor: str
    cofactor_primality: Primality | None


class FactorInspection(Struct, frozen=True, gc=False):
    """A claimed factor of a number.

    Attributes:
        number: of which it is claimed to be a factor, in decimal.
        factor: in decimal, without leading zeros.
        divides: whether it does.
        trivial: whether it is 1 or the number itself.
        factor_primality: None unless it divides and is not trivial, like all that follows.
        cofactor: number / factor, in decimal.
        cofactor_primality: of the cofactor.
    """

    number: str
    factor: str
    divides: bool
    trivial: bool
    factor_primality: Primality | None = None
    cofactor: str | None = None
    cofactor_primality: Primality | None = None


def inspect(text: str, ceiling_digits: int) -> Inspection:
    """Find out about a number that was submitted as digits or as an expression.

    Raises:
        BadInput: it is no number from 2 on of at most `ceiling_digits` digits.
    """
    number = number_from(text, ceiling_digits)
    small_factors, cofactor = split_small_factors(number)
    if cofactor == 1 and sum(exponent for _, exponent in small_factors) == 1:
        small_factors, cofactor = (), number
    cofactor_primality = settle(cofactor) if cofactor > 1 else None
    return Inspection(
        number=number.digits(),
        digits=digit_count(number),
        primality="composite" if small_factors or cofactor_primality is None else cofactor_primality,
        small_factors=small_factors,
        cofactor=cofactor.digits(),
        cofactor_primality=cofactor_primality,
    )


def inspect_factor(number_text: str, factor_text: str, ceiling_digits: int) -> FactorInspection:
    """Find out about a claimed factor; both are decimal digits.

    Raises:
        BadInput: one of them is no number, or has more than `ceiling_digits` digits.
    """
    number = parse_decimal(number_text, ceiling_digits)
    factor = parse_natural(factor_text, ceiling_digits)
    divides = factor > 0 and gmpy2.is_divisible(number, factor)
    trivial = factor in {1, number}
    if trivial or not divides:
        return FactorInspection(number.digits(), factor.digits(), divides, trivial)
    cofactor = number // factor
    return FactorInspection(
        number=number.digits(),
        factor=factor.digits(),
        divides=True,
        trivial=False,
        factor_primality=settle(factor),
        cofactor=cofactor.digits(),
        cofactor_primality=settle(cofactor),
    )
