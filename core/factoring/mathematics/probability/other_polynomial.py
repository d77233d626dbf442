"""Curves whose stage 2 was told to use another polynomial than GMP-ECM takes by itself (`-power`, `-dickson`, `-no-ntt`).

Such a curve is worth less by up to a tenth, or a little more. It is counted as one of a lower B2 with the usual polynomial
that is worth just as much, or nearly: never more for factors of 15, 20, ... 75 digits, nor by more than some 1 % for those of
sizes between. One that is worth more counts as usual.
"""

from functools import lru_cache

from core.factoring.mathematics.curves.stage2 import Polynomial, stage2_of
from core.factoring.mathematics.probability.success import CurveOdds

_DIGITS = range(15, 76, 5)
_LEAST_CHANCE, _LARGEST_CHANCE = 1e-9, 0.5
_HALVINGS = 16


@lru_cache(maxsize=1024)
def b2_worth_as_much(b1: int, b2: int | None, param: int, polynomial: Polynomial) -> int | None:
    """Return the B2 that makes the usual curve worth as much, at most, as one with this polynomial; some 0.3 s.

    Args:
        b1: bound of stage 1.
        b2: bound of stage 2, above B1; None for GMP-ECM's default.
        param: parametrisation.
        polynomial: of stage 2.

    Raises:
        BadInput: a bound or the parametrisation is not acceptable.
    """
    if stage2_of(b1, b2).polynomial == polynomial:
        return b2
    told = CurveOdds(b1, b2, param, polynomial)
    chances = {digits: told.success_probability(digits) for digits in _DIGITS}
    telling = {digits: chance for digits, chance in chances.items() if _LEAST_CHANCE < chance < _LARGEST_CHANCE}

    def is_worth_no_more(candidate: int | None) -> bool:
        usual = CurveOdds(b1, candidate, param)
        return all(usual.success_probability(digits) <= chance for digits, chance in telling.items())

    if is_worth_no_more(b2):
        return b2
    low, high = b1, stage2_of(b1, b2).b2
    for _ in range(_HALVINGS):
        middle = round((low * high) ** 0.5)
        if is_worth_no_more(middle):
            low = middle
        else:
            high = middle
    return low if low > b1 else 0
