"""The effort of P-1 and P+1: how likely they are to have found a factor of each size, kept beside that of curves.

P-1 finds p when p - 1 is smooth, P+1 when p + 1 is, and that in every second run only. What was run counts as the last row of
the ladder whose B1 it reached, with GMP-ECM's default B2, (B1/4)^1.7; one that ended before counts as a B1 whose default it
reached, and a run of stage 1 only for nothing. Such an effort has lanes like one of curves, and is added to it where factors
are still to be expected, never where a t-level is told.
"""

from bisect import bisect_right
from decimal import Context, Decimal
from functools import lru_cache

import gmpy2
from gmpy2 import mpz

from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.levels.effort import UNIT, from_lanes
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.levels.row_odds import P_MINUS_1
from core.factoring.mathematics.probability.exponentials import END, ONE

_EXACT = Context(prec=30)


def b1_covered(b1: int, b2: int) -> int:
    """Return up to which B1 a run went with GMP-ECM's default B2; b2 is -1 for that default, 0 for stage 1 only."""
    if b2 == DEFAULT_B2:
        return b1
    return min(b1, int(gmpy2.iroot(mpz(4) ** 17 * b2**10, 17)[0]))


def effort_beside(minus_one_b1: int, plus_one_b1: int) -> int:
    """Return the effort of P-1 and P+1 that were run up to some B1 (0: not at all), in lanes like those of curves."""
    if not (minus_one_b1 or plus_one_b1):
        return 0
    return _effort(_row(minus_one_b1), 1) + _effort(_row(plus_one_b1), 2)


def _row(b1: int) -> int:
    return bisect_right(STANDARD, b1, key=lambda row: row.b1) - 1


@lru_cache(maxsize=64)
def _effort(row: int, every: int) -> int:
    """Return the effort of a run that has the chances of a row, in one run of so many."""
    if row < 0:
        return 0
    return from_lanes([_minus_log_of_rest(chance, every) for chance in P_MINUS_1[row]])


def _minus_log_of_rest(chance: int, every: int) -> int:
    missed = _EXACT.subtract(1, _EXACT.divide(Decimal(chance), Decimal(ONE * every)))
    return int(_EXACT.multiply(_EXACT.minus(_EXACT.ln(missed)), UNIT)) if missed else END * UNIT
