"""Inspection: what is found out about a number before anything is decided on it.

That may take seconds for thousands of digits, so it runs in a child process and is plain data in and out: text, small
integers and this struct.
"""

from msgspec import Struct

from core.bigint import digit_count
from core.factoring.mathematics.divisibility.primality import Primality, root_of, settle, split_small_factors
from core.factoring.notation.algebra import algebraic_pieces
from core.factoring.notation.expressions import number_from


class Inspection(Struct, frozen=True, gc=False):
    """A submitted number.

    Attributes:
        number: in decimal, at least 2.
        digits: how many it has.
        primality: of the number.
        small_factors: (prime, exponent) pairs below 10^4, ascending; none of a prime.
        cofactor: the number without its small factors, in decimal, or the smallest root of that; `1` when nothing is left.
        cofactor_primality: of the cofactor; None when that is 1.
        times: to which power the cofactor is what is left: above 1 for a square, a cube and so on.
        algebraic: what algebraic factors are taken out of the cofactor before, and whether each is prime; ascending.
    """

    number: str
    digits: int
    primality: Primality
    small_factors: tuple[tuple[int, int], ...]
    cofactor: str
    cofactor_primality: Primality | None
    times: int = 1
    algebraic: tuple[tuple[str, Primality], ...] = ()


def inspect(text: str, ceiling_digits: int) -> Inspection:
    """Find out about a number that was submitted as digits or as an expression.

    Raises:
        BadInput: it is no number from 2 on of at most `ceiling_digits` digits.
    """
    number = number_from(text, ceiling_digits)
    small_factors, cofactor = split_small_factors(number)
    if cofactor == 1 and sum(exponent for _, exponent in small_factors) == 1:
        small_factors, cofactor = (), number
    cofactor, times = root_of(cofactor)
    expression = "" if text.strip() == number.digits() else text.strip()
    *algebraic, cofactor = algebraic_pieces(expression, number, cofactor) if times == 1 and cofactor > 1 else [cofactor]
    cofactor_primality = settle(cofactor) if cofactor > 1 else None
    taken_apart = bool(small_factors or algebraic) or times > 1
    return Inspection(
        number=number.digits(),
        digits=digit_count(number),
        primality="composite" if taken_apart or cofactor_primality is None else cofactor_primality,
        small_factors=small_factors,
        cofactor=cofactor.digits(),
        cofactor_primality=cofactor_primality,
        times=times,
        algebraic=tuple((piece.digits(), settle(piece)) for piece in algebraic),
    )
