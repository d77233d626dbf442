"""How likely is one curve to find a factor of d digits: what GMP-ECM prints under `ecm -v`.

A curve finds p when the order of the curve modulo p is B1-smooth but for one prime up to B2, or a little beyond thanks
to the polynomial of stage 2. The order behaves like a number smaller than p, since it has known divisors: 23 times
smaller, and somewhat less so for params 1 and 3. Formulas: Knuth and Trabb Pardo (1976); Zimmermann and Dodson (2006).
"""

from functools import cache
from math import ceil, exp, floor, inf, isqrt, log

from msgspec.structs import replace

from core.factoring.mathematics.curves.limits import require_param
from core.factoring.mathematics.curves.stage2 import Polynomial, stage2_of
from core.factoring.mathematics.probability.brent_suyama import BrentSuyama
from core.factoring.mathematics.probability.rho import END, STEPS, density_on_grid, local_rho

PRINTED_DIGITS = range(35, 81, 5)
"""The sizes of factors in the table of `ecm -v`."""

_EXTRA_SMOOTHNESS = exp(3.134)

_KEPT_SMOOTHNESS = (1.0, 2 ** (1 / 3) / (3 * 3 ** (1 / 128)), 1.0, 1 / (3 * 3 ** (1 / 128)))
"""The part of the extra smoothness that curves of param 0, 1, 2 and 3 have."""

_SUMMED_UP_TO = 20_000
"""Stage 2 is summed prime by prime up to here, and integrated beyond."""


class CurveOdds:
    """The odds of curves with one B1, B2 and param, for factors of any size."""

    def __init__(self, b1: int, b2: int | None, param: int, polynomial: Polynomial | None = None) -> None:
        """Prepare what does not depend on the size of the factor; `polynomial` is that of stage 2, None the usual one.

        Raises:
            BadInput: B1, B2 or param is out of bounds.
        """
        require_param(param)
        stage2 = stage2_of(b1, b2)
        if polynomial is not None:
            stage2 = replace(stage2, polynomial=polynomial)
        self._b1 = b1
        self._log_b1 = log(b1)
        self._smoothness = _KEPT_SMOOTHNESS[param] * _EXTRA_SMOOTHNESS
        self._primes: list[tuple[int, float]] = []
        self._beta = 1.0
        self._polynomial: BrentSuyama | None = None
        if stage2.b2 > b1:
            integrated_from = max(b1, min(stage2.b2, _SUMMED_UP_TO))
            self._primes = [(p, log(p)) for p in _small_primes() if b1 < p <= integrated_from]
            self._beta = log(stage2.b2) / log(integrated_from)
            self._polynomial = BrentSuyama(b1, stage2)

    def success_probability(self, digits: int) -> float:
        """The chance that one curve finds a given factor of so many digits."""
        order = 10 ** (digits - 0.5) / self._smoothness
        if order <= self._b1:
            return 1.0
        log_x = log(order)
        alpha = log_x / self._log_b1
        chance = local_rho(alpha, log_x)
        if self._polynomial:
            chance += self._sum_over_primes(log_x) + self._integral(alpha, log_x) + self._polynomial.gain(alpha, log_x)
        return min(max(chance, 0.0), 1.0)

    def _sum_over_primes(self, log_x: float) -> float:
        """Stage 2 for small B1: the order is p times a B1-smooth number."""
        return sum(local_rho((log_x - log_p) / self._log_b1, log_x - log_p) / p for p, log_p in self._primes)

    def _integral(self, alpha: float, log_x: float) -> float:
        """Stage 2: the order is B1-smooth but for one prime up to B2; the trapezoid rule, with both ragged ends."""
        if self._beta <= 1:
            return 0.0
        low, high = alpha - self._beta, alpha - 1
        i = min(max(ceil(low * STEPS), 0), END)
        j = min(floor(high * STEPS), END)
        (at_i,) = density_on_grid(i, i + 1, alpha, log_x)
        (at_j,) = density_on_grid(j, j + 1, alpha, log_x)
        inside = (sum(density_on_grid(i + 1, j, alpha, log_x)) + (at_i + at_j) / 2) / STEPS
        below = (i / STEPS - low) / 2 * (at_i + local_rho(low, log_x) / self._beta)
        above = (high - j / STEPS) / 2 * (local_rho(high, log_x) + at_j)
        return inside + below + above


def success_probability(digits: int, b1: int, b2: int | None, param: int) -> float:
    """The chance that one curve finds a given factor of so many digits.

    Raises:
        BadInput: B1, B2 or param is out of bounds.
    """
    return CurveOdds(b1, b2, param).success_probability(digits)


def expected_curves(digits: int, b1: int, b2: int | None, param: int) -> float:
    """How many curves it takes on average to find a factor of so many digits; infinite when none ever would.

    Raises:
        BadInput: B1, B2 or param is out of bounds.
    """
    chance = success_probability(digits, b1, b2, param)
    return 1 / chance if chance else inf


def expected_curves_table(b1: int, b2: int | None, param: int) -> dict[int, str]:
    """The table of `ecm -v`: digits -> expected curves as printed there.

    Raises:
        BadInput: B1, B2 or param is out of bounds.
    """
    odds = CurveOdds(b1, b2, param)
    return {digits: printed_count(odds.success_probability(digits)) for digits in PRINTED_DIGITS}


def printed_count(probability: float) -> str:
    """Expected curves for a probability per curve, in the spelling of `ecm -v`: "5208", "3.2e+07" or "Inf"."""
    if probability > 1e-7:
        return str(floor(1 / probability + 0.5))
    return f"{1 / probability:.2g}" if probability > 0 else "Inf"


@cache
def _small_primes() -> list[int]:
    sieve = bytearray(b"\1") * (_SUMMED_UP_TO + 1)
    for p in range(2, isqrt(_SUMMED_UP_TO) + 1):
        if sieve[p]:
            sieve[p * p :: p] = bytes(len(sieve[p * p :: p]))
    return [p for p in range(2, _SUMMED_UP_TO + 1) if sieve[p]]
