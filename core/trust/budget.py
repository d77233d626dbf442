"""The budget of checks: they take no more than a hundredth of what is computed, whoever comes.

Both are added up from the log: what was reported and can be checked, and what was drawn of it by chance or as a machine's first,
over the last thirty days. While checks take less than 95 % of the budget nothing is changed by it. From there on newcomers
are checked less, down to as little as everybody at 98 %; and then everybody, down to one curve in 400 where the budget is
spent. So those who come with many small machines spare themselves checks, and nobody else. What follows a mismatch is drawn besides.
"""

from msgspec import Struct

WHOLE = 2**32
"""A chance of 1."""
FLOOR = WHOLE // 80
"""The chance with which the curves of who has done much are drawn."""
DAYS = 30
_LEAST = WHOLE // 400
_ONE_IN = 100
_ALLOWANCE = 600_000_000
"""Checks may always take ten minutes more, in microseconds of nominal CPU time: the first machines are checked as ever."""
_FEWER_NEWCOMERS, _FEWER = 95, 98
"""From so many hundredths of the budget on."""


class Spent(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The nominal CPU time of curves that could be checked, and of the checks that were drawn; microseconds."""

    work: int = 0
    checks: int = 0


class Rates(Struct, frozen=True, gc=False):
    """How much is checked: the share, of 2^32, of what newcomers are due, and the chance below which nobody's falls."""

    newcomers: int = WHOLE
    floor: int = FLOOR


USUAL = Rates()
"""While the budget is not spent."""


def rates(spent: Spent | None) -> Rates:
    """Return how much is checked by what was spent; None where that was not looked at."""
    if spent is None:
        return USUAL
    budget = spent.work // _ONE_IN + _ALLOWANCE
    return Rates(
        newcomers=_falling(WHOLE, 0, _FEWER_NEWCOMERS, _FEWER, spent.checks, budget),
        floor=_falling(FLOOR, _LEAST, _FEWER, 100, spent.checks, budget),
    )


def _falling(most: int, least: int, first: int, last: int, used: int, budget: int) -> int:
    """Return what falls from `most` to `least` while the use of a budget rises from `first` to `last` hundredths of it."""
    left = min(max(last * budget - 100 * used, 0), (last - first) * budget)
    return least + (most - least) * left // ((last - first) * budget)
