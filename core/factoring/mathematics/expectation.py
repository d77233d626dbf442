"""How many finds were to be expected of curves on a composite: its hazard, summed over all of them, in whole numbers.

With L primes still to be expected (`posterior`), curves that bring L from before to after find a factor with the hazard

    ln((e^before - 1) / (e^after - 1))

of a number that is known to be composite. It telescopes: the sum over many reports is that over all of their curves, however
they were cut, and stopping at a find does it no harm.
"""

from decimal import Context, Decimal
from functools import lru_cache

from core.factoring.mathematics.exponentials import ONE, one_minus_exp_minus
from core.factoring.mathematics.posterior import left

_EXACT = Context(prec=20)


def expected(before: int, after: int, digits: int) -> int:
    """Return how many finds were to be expected, in 2^-32.

    Args:
        before: effort on the number before the curves.
        after: effort after them.
        digits: of the number.
    """
    many, few = _all_left(before, digits), _all_left(after, digits)
    most, least = one_minus_exp_minus(many), one_minus_exp_minus(few)
    if not least or few >= many:  # nothing is left that could be told, or nothing was added
        return 0
    ratio = _EXACT.ln(_EXACT.divide(Decimal(most), Decimal(least)))
    return many - few + int(_EXACT.multiply(ratio, Decimal(ONE)))


@lru_cache(maxsize=4_096)  # what one report leaves is what the next on its number begins with
def _all_left(effort: int, digits: int) -> int:
    return sum(left(effort, digits))
