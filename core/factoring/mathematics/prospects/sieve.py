"""When to stop with ECM, and which sieve then takes over.

The rule is the one that yafu (Ben Buhrow) goes by unless told otherwise: ECM up to a t-level of 4/13 of the size of the
number (`target_pretest_ratio`), then the quadratic sieve below 95 digits and the number field sieve from there on
(`qs_gnfs_xover`). A number with a special form of difficulty d is as hard for the special sieve as one of 0.56 d + 30
digits is for the general one (`est_gnfs_size`), which then is its size when that is less. Up to there a curve finds a
factor, on average, for less work than the sieve takes; beyond, the sieve is sure and ECM is not.
"""

from typing import Literal

from msgspec import Struct

Sieve = Literal["quadratic", "general number field", "special number field"]

_RATIO = (4, 13)
_FIELD_SIEVE_FROM = 95
_SLOPE, _OFFSET = 0.56, 30


class Crossover(Struct, frozen=True):
    """Where ECM ends for a number.

    Attributes:
        t_milli: the t-level at which to stop, thousandths of a digit.
        sieve: what takes over.
        size: as hard as how many digits the number is for it.
    """

    t_milli: int
    sieve: Sieve
    size: int


def crossover(digits: int, snfs_difficulty: int | None) -> Crossover:
    """Return where ECM ends for a number of so many digits, perhaps with a special form of some difficulty."""
    special = digits if snfs_difficulty is None else round(_SLOPE * snfs_difficulty + _OFFSET)
    size = min(digits, special)
    over, under = _RATIO
    t_milli = size * 1000 * over // under
    if size < _FIELD_SIEVE_FROM:
        return Crossover(t_milli, "quadratic", size)
    return Crossover(t_milli, "special number field" if special < digits else "general number field", size)
