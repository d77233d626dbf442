"""The outlook: how likely curves are to find a factor in so much time, run where they promise the most."""

from collections.abc import Sequence
from functools import cache
from heapq import heapify, heapreplace
from math import expm1, log, log1p

from core.factoring.mathematics.levels.effort import UNIT, from_lanes
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.levels.row_odds import ECM
from core.factoring.mathematics.probability.exponentials import ONE
from core.factoring.mathematics.prospects import choice
from core.factoring.mathematics.prospects.choice import Arm
from core.factoring.mathematics.prospects.posterior import left_in_all
from core.timestamps import SECOND

_STEPS = 100
"""The time is cut into so many portions at most."""
_CERTAIN = ONE - 1


def chance_of_a_find(numbers: Sequence[tuple[int, int, int]], seconds: float) -> float:
    """Return the chance that so many CPU-seconds find a factor of one of some numbers.

    Curves are run as the choice of work gives them: always where they promise the most. The chance that they find nothing in
    a composite of which L primes were to be expected before and l are after is (e^l - 1) / (e^L - 1).

    Args:
        numbers: the effort of each, its digits, and the parametrisation of the curves that are run on it.
        seconds: of CPU time, in all.
    """
    weighed = [
        (-arm.promise, i, arm, known[0], _log_expm1(*known[:2]))
        for i, known in enumerate(numbers)
        if (arm := choice.best(*known)).promise
    ]
    heapify(weighed)
    found_none, spent = 0.0, 0.0
    while weighed and spent < seconds:
        _, i, arm, effort, before = weighed[0]
        _, digits, param = numbers[i]
        curves = max(
            choice.curves_at_once(effort, digits, arm), round(seconds / _STEPS * SECOND) // arm.microseconds, 1
        )
        share = min((seconds - spent) * SECOND / (curves * arm.microseconds), 1)
        tried = effort + curves * _effort(arm)
        after = _log_expm1(tried, digits)
        found_none += share * (after - before)
        spent += curves * arm.microseconds / SECOND
        following = choice.best(tried, digits, param)
        heapreplace(weighed, (-following.promise, i, following, tried, after))
        if not following.promise:
            break
    return max(0.0, -expm1(found_none))  # of equal ones the first: no chance is no -0.0


def _log_expm1(effort: int, digits: int) -> float:
    """Return ln(e^L - 1) for the L primes that are to be expected."""
    expected = max(left_in_all(effort, digits), 1) / ONE
    return expected + log(-expm1(-expected))


@cache
def _efforts(param: int) -> tuple[int, ...]:
    return tuple(
        from_lanes([round(-log1p(-min(chance, _CERTAIN) / ONE) * UNIT) for chance in row]) for row in ECM[param]
    )


def _effort(arm: Arm) -> int:
    row = next(i for i, row in enumerate(STANDARD) if row.b1 == arm.bounds.b1)
    return _efforts(arm.bounds.param)[row]
