"""The gain of the polynomial of Brent and Suyama in stage 2: factors whose last prime lies beyond B2.

A stage 2 that compares S(i) with S(j), instead of i with j, also meets those larger primes that happen to divide one of
its k dF^2 differences S(i) - S(j): the more algebraic factors a difference has, the more of them. Estimated as GMP-ECM
does, quirks included, so that the numbers agree.
"""

from collections import Counter
from math import ceil, exp, floor, gcd, log
from operator import mul

from core.factoring.mathematics.curves.stage2 import Polynomial, Stage2
from core.factoring.mathematics.probability.rho import END, STEPS, density_on_grid, local_rho

_VISIBLE_LOG = log(2.0**-54)
"""Below this logarithm of y, 1 - exp(-y) is 0 in floating point."""


class BrentSuyama:
    """The gain of one stage 2, for factors of any size."""

    def __init__(self, b1: int, stage2: Stage2) -> None:
        """Prepare what does not depend on the size of the factor; stage 2 must go beyond B1."""
        self._log_b1 = log(b1)
        self._beta = log(stage2.b2) / self._log_b1
        trials = stage2.k * stage2.df**2
        extras = _extra_factors(stage2.polynomial)
        self._trials = [(share, trials * extra) for extra, share in extras.items() if extra]
        self._most_trials_log = log(trials * max(extras)) if self._trials else 0.0
        self._powers = [exp(i / STEPS * self._log_b1) for i in range(END + 1)] if self._trials else []

    def gain(self, alpha: float, log_x: float) -> float:
        """The probability that an order near x = B1^alpha is caught thanks to the polynomial alone."""
        reach = alpha - self._beta
        if reach < 0 or not self._trials:
            return 0.0
        last = min(floor(reach * STEPS), END)
        first = self._first_visible(log_x, last)
        density = density_on_grid(first, last + 1, alpha, log_x)
        edge = density[-1]
        density[-1] = edge / 2
        scale = exp(-log_x)
        per_trial = [scale * power for power in self._powers[first : last + 1]]
        caught = 0.0
        for share, trials in self._trials:
            met = sum(map(mul, density, [1 - exp(-trials * y) for y in per_trial]))
            caught += share * (met + (1 - exp(-trials * scale)) / 2)
        return caught / STEPS + (reach - last / STEPS) / 2 * (edge + local_rho(reach, log_x) / self._beta)

    def _first_visible(self, log_x: float, last: int) -> int:
        """The first grid point where any prime would be met at all."""
        visible = ceil((_VISIBLE_LOG - self._most_trials_log + log_x) / self._log_b1 * STEPS)
        return min(max(visible, 1), last)


def _extra_factors(polynomial: Polynomial) -> dict[int, float]:
    """How many factors S(i) - S(j) has beyond (i - j) and (i + j) -> the share of the residue classes where it does."""
    n = polynomial.degree
    modulus = 2 * n
    if polynomial.dickson:
        units = (i for i in range(1, n + 1) if gcd(i, modulus) == 1)
        extras = [(gcd(i - 1, modulus) + gcd(i + 1, modulus)) // 2 - 2 for i in units]
    else:
        extras = [gcd(i - 1, modulus) - 2 for i in range(1, modulus) if gcd(i, modulus) == 1]
    return {extra: count / len(extras) for extra, count in Counter(extras).items()}
