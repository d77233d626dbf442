"""Counting the order of a curve modulo a factor with PARI, through `cypari`, which is an extra (`orders`)."""

import importlib.util
from collections.abc import Iterable

import gmpy2
from gmpy2 import mpz
from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.group_order import Factorisation, NoCurve, Verdict, curve_of, judge

MOST_DIGITS = 85
"""Of the factor: 70 digits take about 4 seconds, 83 a quarter of a minute. ECM has never found a longer one."""

_EASY_DIGITS = 60
"""A composite of so many digits is taken apart in seconds; the order of a curve that found something is easy anyway."""
_STACK_BYTES = 2**28
_NO_SIEVE, _NO_LAST_ECM = 1, 8


class CountedOrder(Struct, frozen=True):
    """An order with its factorisation and what it says; see `GroupOrderComputed`."""

    order: str
    factorisation: Factorisation
    verdict: Verdict
    reason: str


class CountOrder(Struct, frozen=True):
    """Which order has this curve modulo this prime, and do these bounds find the prime?"""

    value: str
    sigma: str
    bounds: Bounds

    def find(self) -> CountedOrder:
        """Count with PARI, by the algorithm of Schoof, Elkies and Atkin; judge by the order of the starting point."""
        try:
            curve = curve_of(self.bounds.param, int(self.sigma), int(self.value))
        except NoCurve:
            reason = f"The sigma {self.bounds.param}:{self.sigma} gives no curve modulo the factor."
            return CountedOrder("", (), "doubtful", reason)
        order = _count(curve.weierstrass, int(self.value))
        factorisation = _factor(order)
        judgement = judge(curve, factorisation, self.bounds)
        return CountedOrder(str(order), factorisation, judgement.verdict, judgement.reason)


def available() -> bool:
    """Tell whether the extra is installed."""
    return importlib.util.find_spec("cypari") is not None


def _count(coefficients: Iterable[int], prime: int) -> int:
    from cypari import pari  # noqa: PLC0415 - an extra, and only children need it

    pari.allocatemem(_STACK_BYTES, _STACK_BYTES, silent=True)
    return int(pari.ellcard(pari.ellinit(list(coefficients), prime)))


def _factor(number: int) -> Factorisation:
    """Factor without the sieve first: whatever is left then is either within its easy reach, or no order of a find."""
    powers: dict[mpz, int] = {}
    for base, exponent in _factorint(number, _NO_SIEVE + _NO_LAST_ECM):
        hard = gmpy2.is_prime(base) or gmpy2.num_digits(base) > _EASY_DIGITS
        for part, times in [(base, 1)] if hard else _factorint(int(base), 0):
            powers[part] = powers.get(part, 0) + exponent * times
    return tuple((part.digits(), powers[part]) for part in sorted(powers))


def _factorint(number: int, flags: int) -> list[tuple[mpz, int]]:
    from cypari import pari  # noqa: PLC0415 - as above

    bases, exponents = pari.factorint(number, flags)
    return [(mpz(int(base)), int(exponent)) for base, exponent in zip(bases, exponents, strict=True)]
