"""How many finds were to be expected of curves on a composite: its hazard, summed over all of them, in whole numbers.

With L primes still to be expected (`posterior`), curves that bring L from before to after find a factor with the hazard

    ln((e^before - 1) / (e^after - 1))

of a number that is known to be composite. It telescopes: the sum over many reports is that over all of their curves, however
they were cut, and stopping at a find does it no harm. Rounded once for each effort, it does so to the last unit.
"""

from decimal import Context, Decimal
from functools import lru_cache
from math import log

from core.factoring.mathematics.probability.exponentials import ONE, one_minus_exp_minus
from core.factoring.mathematics.prospects.posterior import left_in_all

_EXACT = Context(prec=20)
_DOUBT = 2**-10
"""The logarithm of a `float`, in 2^-32, is by far nearer than this to the true one, on whatever machine."""


def expected(before: int, after: int, digits: int) -> int:
    """Return how many finds were to be expected, in 2^-32.

    Args:
        before: effort on the number before the curves.
        after: effort after them.
        digits: of the number.
    """
    return max(_still_to_find(before, digits) - _still_to_find(after, digits), 0)


@lru_cache(maxsize=4_096)  # what one stretch of curves leaves is what the next on its number begins with
def _still_to_find(effort: int, digits: int) -> int:
    """Return ln(e^L - 1) + 32 ln 2 in 2^-32, where at least one unit of L is left."""
    primes = left_in_all(effort, digits)
    return primes + _ln(max(one_minus_exp_minus(primes), 1))


def _ln(share: int) -> int:
    """Return the logarithm of a whole number in 2^-32, rounded down; exactly where `float` leaves a doubt, as Ziv does it."""
    near = log(share) * ONE
    below = int(near - _DOUBT)
    if below == int(near + _DOUBT):
        return below
    return int(_EXACT.multiply(_EXACT.ln(Decimal(share)), Decimal(ONE)))
