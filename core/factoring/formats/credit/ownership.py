"""Whose the curves and the factors of an output are."""

from collections.abc import Iterable, Sequence

import gmpy2
from gmpy2 import mpz

from core.factoring.formats.gmp_ecm.output import Curve, Output, Stray
from core.factoring.mathematics.divisibility.covering import covers
from core.factoring.notation.gmp_ecm import gmp_ecm_number
from core.refusals import BadInput

_MOST_NUMBERS = 1_000


class Ownership:
    """Whose the curves and the factors of an output are, as seen from a number; None for every number."""

    def __init__(self, output: Output, number: mpz | None, ceiling_digits: int, primes: Sequence[str] = ()) -> None:
        self._number = number
        self._ceiling = ceiling_digits
        self._named = [*_factors_named(output), *map(mpz, primes)]
        self._multiples: set[str] = set()
        self._answers = {} if number is None else {text: self._is_same(text) for text in output.numbers[:_MOST_NUMBERS]}

    def covers(self, text: str | None) -> bool:
        """Tell whether a curve on the number that is spelled so counts; None where the text doesn't tell.

        Of curves without a number nothing else is known where the text names none at all; where it does, they may be others'.
        """
        if self._number is None:
            return True
        return not self._answers if text is None else self._answers.get(text, False)

    def has(self, factor: str, text: str | None) -> bool:
        """Tell whether a factor is of the number, found on the one that is spelled so.

        A division tells it where the text doesn't, and of what was found on a multiple.
        """
        if text not in self._multiples and (text is not None or self.covers(text)):
            return self.covers(text)
        assert self._number is not None
        return 1 < mpz(factor) < self._number and bool(gmpy2.is_divisible(self._number, mpz(factor)))

    def _is_same(self, text: str) -> bool:
        try:
            value = gmp_ecm_number(text, self._ceiling)
        except BadInput:
            return False
        assert self._number is not None
        if value > self._number and gmpy2.is_divisible(value, self._number):
            self._multiples.add(text)
        return covers(value, self._number, self._named)


def _factors_named(output: Output) -> list[mpz]:
    found: Iterable[Curve | Stray] = (*output.curves, *output.strays)
    named = {one.factor for one in found if one.factor and len(one.factor) < 1_000}
    return [mpz(factor) for factor in sorted(named)]
